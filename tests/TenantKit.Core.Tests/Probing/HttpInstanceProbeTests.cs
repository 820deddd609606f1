using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Routing;
using TenantKit.Routing.Probing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Probing;

public sealed class HttpInstanceProbeTests : IDisposable
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];
    private readonly HttpInstanceProbe probe = new(TimeProvider.System);

    public void Dispose() => probe.Dispose();

    [Fact]
    public async Task ProbeAsync_InstanceThatHoldsItsKey_Passes()
    {
        await using var instance = new StubInstance(path => path.StartsWith("/.well-known", StringComparison.Ordinal) ? Proof(path, Key) : StubInstance.Ok());

        Assert.Equal(ProbeResult.Success, await AskAsync(instance.Endpoint, ProbeKind.Identity));

        Assert.Equal(2, instance.Requests.Count);
        Assert.StartsWith("GET /healthz/ready HTTP/1.1", instance.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProbeAsync_AnotherKey_Fails()
    {
        await using var instance = new StubInstance(path => Proof(path, new byte[32]));

        var result = await AskAsync(instance.Endpoint, ProbeKind.Identity);

        Assert.Equal(new ProbeResult(false, "The identity proof is wrong: whoever answers does not hold the instance's key."), result);
    }

    [Fact]
    public async Task ProbeAsync_AnotherInstance_Fails()
    {
        await using var instance = new StubInstance(path => Proof(path, Key, instanceId: "other"));

        Assert.Equal(new ProbeResult(false, "Another instance answers at this address."), await AskAsync(instance.Endpoint, ProbeKind.Identity));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"proof\":\"00\"}")]
    [InlineData("{\"tenantId\":\"t\",\"instanceId\":\"i\",\"proof\":\"zz00000000000000000000000000000000000000000000000000000000000000\"}")]
    [InlineData("[1]")]
    public async Task ProbeAsync_AnswerThatIsNoProof_Fails(string body)
    {
        await using var instance = new StubInstance(_ => StubInstance.Ok(body));

        Assert.False((await AskAsync(instance.Endpoint, ProbeKind.Identity)).Passed);
    }

    [Fact]
    public async Task ProbeAsync_ProofWithoutHealth_Fails()
    {
        await using var instance = new StubInstance(path => path.StartsWith("/.well-known", StringComparison.Ordinal) ? Proof(path, Key) : StubInstance.Status(503));

        Assert.Equal(new ProbeResult(false, "The health path '/healthz/ready' answered 503.") { Reached = true }, await AskAsync(instance.Endpoint, ProbeKind.Identity));
    }

    [Fact]
    public async Task ProbeAsync_Redirect_IsNotFollowed()
    {
        await using var elsewhere = new StubInstance(_ => StubInstance.Ok());
        await using var instance = new StubInstance(_ => StubInstance.Status(302, $"Location: http://{elsewhere.Endpoint}/\r\nSet-Cookie: a=b\r\n"));

        Assert.Equal(new ProbeResult(false, "The health path '/healthz/ready' answered 302.") { Reached = true }, await AskAsync(instance.Endpoint, ProbeKind.Http));
        await AskAsync(instance.Endpoint, ProbeKind.Http);

        Assert.Empty(elsewhere.Requests);
        Assert.DoesNotContain("Cookie", instance.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProbeAsync_EndlessBody_IsCutOff()
    {
        await using var instance = new StubInstance(_ => StubInstance.Ok(new string('x', 70_000)));

        Assert.Equal(new ProbeResult(false, "The answer is longer than 64 KiB."), await AskAsync(instance.Endpoint, ProbeKind.Http));
    }

    [Fact]
    public async Task ProbeAsync_NoAnswer_EndsAfterItsTimeout()
    {
        var time = new FakeTimeProvider();
        using var timed = new HttpInstanceProbe(time);
        await using var instance = new StubInstance(_ => "");

        var asking = timed.ProbeAsync("t", Instance(instance.Endpoint), new ProbeSettings { Kind = ProbeKind.Http }, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(new ProbeResult(false, "No answer within 2 s."), await asking);
    }

    [Fact]
    public async Task ProbeAsync_NobodyListens_Fails()
    {
        var instance = new StubInstance(_ => StubInstance.Ok());
        var endpoint = instance.Endpoint;
        await instance.DisposeAsync();

        foreach (var kind in Enum.GetValues<ProbeKind>())
        {
            Assert.Equal("Connection refused", (await AskAsync(endpoint, kind)).Problem);
        }
    }

    [Fact]
    public async Task ProbeAsync_Tcp_PassesOnConnect()
    {
        await using var instance = new StubInstance(_ => "");

        Assert.Equal(ProbeResult.Success, await AskAsync(instance.Endpoint, ProbeKind.Tcp));
        Assert.Empty(instance.Requests);
    }

    [Theory]
    [InlineData("localhost:80")]
    [InlineData("127.0.0.1")]
    [InlineData("")]
    public async Task ProbeAsync_EndpointThatIsNoAddress_Fails(string endpoint) =>
        Assert.Equal(new ProbeResult(false, $"The endpoint '{endpoint}' is not an IP address and a port."), await AskAsync(endpoint, ProbeKind.Http));

    [Fact]
    public async Task ProbeAsync_Cancelled_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe.ProbeAsync("t", Instance("127.0.0.1:1"), new ProbeSettings(), new CancellationToken(canceled: true)));

    private Task<ProbeResult> AskAsync(string endpoint, ProbeKind kind) =>
        probe.ProbeAsync("t", Instance(endpoint), new ProbeSettings { Kind = kind, Timeout = TimeSpan.FromSeconds(30) }, TestContext.Current.CancellationToken);

    private static RouteInstance Instance(string endpoint) => new("i", endpoint, false, InstanceClaim.None, Key, null);

    private static string Proof(string path, byte[] key, string instanceId = "i")
    {
        var nonce = path[(path.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var proof = Convert.ToHexString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"tenantkit-probe\0{nonce}\0t\0i")));
        return StubInstance.Ok($"{{\"tenantId\":\"t\",\"instanceId\":\"{instanceId}\",\"proof\":\"{proof}\"}}");
    }
}
