using TenantKit.Control;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Registration;

/// <summary>Registrations as bytes. Whose address and which epoch are right is for the control plane to say; here is what never gets so far.</summary>
public sealed class RawRegistrationTests
{
    private static readonly string Token = new('a', 64);

    public static TheoryData<string, string?, string, int, string> Inputs { get; } = new()
    {
        // name, Authorization, body, status, code
        { "no token", null, Body(), 401, "registration_unauthenticated" },
        { "garbage for a token", "Instance garbage", Body(), 401, "registration_unauthenticated" },
        { "a user's token", "Bearer abc", Body(), 401, "registration_unauthenticated" },
        { "an address in the body", Good, Body(extra: ",\"ip\":\"10.0.0.1\""), 400, "invalid_registration" },
        { "a host name in the body", Good, Body(extra: ",\"host\":\"evil\""), 400, "invalid_registration" },
        { "port 0", Good, Body(port: "0"), 400, "invalid_registration" },
        { "port 65536", Good, Body(port: "65536"), 400, "invalid_registration" },
        { "health path of two slashes", Good, Body(path: "//x"), 400, "invalid_registration" },
        { "health path of another host", Good, Body(path: "http://evil/"), 400, "invalid_registration" },
        { "health path with dots", Good, Body(path: "/a/../b"), 400, "invalid_registration" },
        { "5 KB", Good, Body(path: "/" + new string('a', 5 * 1024)), 413, "body_too_large" },
        { "depth 100", Good, new string('[', 100) + new string(']', 100), 400, "invalid_registration" },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task Registration_OfThatForm_GetsThatAnswer(string name, string? authorization, string body, int status, string code)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await SendAsync(host.InternalUrl, authorization, body);

        Assert.True(RawClient.Status(answer) == status, $"{name}: {answer}");
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
        Assert.Empty(host.Control.Registrations);
    }

    [Fact]
    public async Task Registration_OnThePublicListener_DoesNotExistWhateverItSends()
    {
        await using var host = await GatewayHost.StartAsync();

        foreach (var name in new[] { "localhost", host.InternalUrl.Authority, "127.0.0.1" })
        {
            Assert.NotEqual(200, RawClient.Status(await SendAsync(host.Url, Good, Body(), name)));
        }

        Assert.Empty(host.Control.Registrations);
        Assert.Equal(200, RawClient.Status(await SendAsync(host.InternalUrl, Good, Body())));
    }

    private static string Good => $"Instance {Token}";

    private static string Body(string port = "8080", string path = "/healthz/ready", string extra = "") =>
        $"{{\"tenantId\":\"01t\",\"instanceId\":\"01i\",\"claim\":\"ready\",\"port\":{port},\"healthPath\":\"{path}\"{extra}}}";

    private static Task<string> SendAsync(Uri server, string? authorization, string body, string host = "localhost") => RawClient.SendAsync(
        server,
        $"POST {WireProtocol.RegisterPath} HTTP/1.1\r\nHost: {host}\r\n{(authorization is null ? string.Empty : $"Authorization: {authorization}\r\n")}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
