using TenantKit.Control;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Access;

/// <summary>Hosts, sessions and redirects as bytes.</summary>
public sealed class RawSessionTests
{
    [Fact]
    public async Task Tenant_UnknownSuspendedDeletedOrAnothers_GetsItsAnswer()
    {
        await using var host = await GatewayHost.StartAsync();
        var (own, suspended, deleted) = (await host.AddTenantAsync(), await host.AddTenantAsync(), await host.AddTenantAsync());
        await suspended.BecomeAsync(RouteState.Suspended);
        await deleted.BecomeAsync(RouteState.Gone);

        await AssertAsync(host, "nobody.localhost", $"Authorization: Bearer {own.Token}", 404, "tenant_not_found");
        await AssertAsync(host, "tenant.example", $"Authorization: Bearer {own.Token}", 404, "tenant_not_found");
        await AssertAsync(host, $"{suspended.Name}.localhost", $"Authorization: Bearer {suspended.Token}", 403, "tenant_suspended");
        await AssertAsync(host, $"{deleted.Name}.localhost", $"Authorization: Bearer {deleted.Token}", 404, "tenant_not_found");
        await AssertAsync(host, $"{own.Name}.localhost", $"Authorization: Bearer {suspended.Token}", 403, "not_your_tenant");
        await AssertAsync(host, $"{own.Name}.localhost", $"Cookie: tk-session={suspended.Token}", 403, "not_your_tenant");
        Assert.Equal(200, RawClient.Status(await GetAsync(host, $"{own.Name.ToUpperInvariant()}.LocalHost", $"Cookie: tk-session={own.Token}")));
    }

    [Fact]
    public async Task Session_PlantedEndedOrTampered_IsNone()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        var ended = host.Tokens.Issue("u", tenant.Id, expires: DateTimeOffset.UtcNow.AddHours(-1));
        var tampered = tenant.Token[..^4] + (tenant.Token.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");

        foreach (var cookie in new[]
                 {
                     $"tk-session={tenant.Token}; tk-session={tenant.Token}", $"tk-session={tenant.Token}; __Host-tk-session=x",
                     $"tk-session={tenant.Token}; tk%2Dsession=x", $"tk-session={ended}", $"tk-session={tampered}", "tk-session=",
                 })
        {
            await AssertAsync(host, $"{tenant.Name}.localhost", $"Cookie: {cookie}", 401, "invalid_token");
        }

        Assert.Empty(tenant.App.Seen);
    }

    [Fact]
    public async Task Session_OverHttps_IsOneThatNobodyElseCouldHaveSet()
    {
        await using var host = await GatewayHost.StartAsync(static options => options.TrustedProxies.Add("127.0.0.1"));
        var (tenant, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        const string ByHttps = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nCookie: ";

        // What a sibling host planted is not even a reason to refuse what is right.
        foreach (var cookie in new[] { $"__Host-tk-session={tenant.Token}", $"tk-session={other.Token}; __Host-tk-session={tenant.Token}; tk-session=x" })
        {
            Assert.Equal(200, RawClient.Status(await GetAsync(host, $"{tenant.Name}.localhost", ByHttps + cookie)));
        }

        foreach (var cookie in new[]
                 {
                     $"tk-session={tenant.Token}", $"__host-tk-session={tenant.Token}", $"__Secure-tk-session={tenant.Token}", $"__%48ost-tk-session={tenant.Token}",
                     $"__Host-tk-session={tenant.Token}; __Host-tk-session={tenant.Token}", $"__Host-tk-session={tenant.Token}; __%48ost-tk-session=x",
                 })
        {
            Assert.Equal(401, RawClient.Status(await GetAsync(host, $"{tenant.Name}.localhost", ByHttps + cookie)));
        }
    }

    [Fact]
    public async Task Tenant_Asleep_IsStartedOrToldWhenToComeBack()
    {
        await using var host = await GatewayHost.StartAsync(options => options.HoldTimeout = TimeSpan.FromMilliseconds(100));
        var tenant = await host.AddTenantAsync(RouteState.Asleep);

        var answer = await GetAsync(host, $"{tenant.Name}.localhost", $"Authorization: Bearer {tenant.Token}");

        Assert.Equal(503, RawClient.Status(answer));
        Assert.Contains("\"code\":\"tenant_starting\"", answer, StringComparison.Ordinal);
        Assert.Matches("Retry-After: ([5-9]|1[0-5])\r\n", answer);
        Assert.Single(host.Control.Wakes);
    }

    [Fact]
    public async Task Table_NeverFilled_Is503AndNever404()
    {
        await using var host = await GatewayHost.StartAsync(synced: false);

        await AssertAsync(host, "acme.localhost", $"Authorization: Bearer {host.Tokens.Issue("u", "t")}", 503, "not_synced");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/%5Cevil.example")]
    [InlineData("https:evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/%250d%250aX:1")]
    public async Task Next_ThatLeadsElsewhere_LeadsToTheRoot(string next)
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        host.Control.OnSignIn = _ => new SignInAnswer(tenant.Token, TimeSpan.FromHours(1), null);
        var form = $"userName=a&password=b&next={next.Replace(":", "%3A", StringComparison.Ordinal)}";

        var answer = await RawClient.SendAsync(host.Url, string.Join("\r\n",
            "POST /.tenantkit/sign-in HTTP/1.1", $"Host: {tenant.Name}.localhost", "Sec-Fetch-Site: same-origin",
            "Content-Type: application/x-www-form-urlencoded", $"Content-Length: {form.Length}", string.Empty, form));

        Assert.Equal(303, RawClient.Status(answer));
        Assert.Contains("\r\nLocation: /\r\n", answer, StringComparison.Ordinal);
    }

    private static async Task AssertAsync(GatewayHost host, string name, string line, int status, string code)
    {
        var answer = await GetAsync(host, name, line);
        Assert.True(RawClient.Status(answer) == status, $"{name} {line}: {answer}");
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }

    private static Task<string> GetAsync(GatewayHost host, string name, string line) =>
        RawClient.SendAsync(host.Url, $"GET /echo HTTP/1.1\r\nHost: {name}\r\n{line}\r\n\r\n");
}
