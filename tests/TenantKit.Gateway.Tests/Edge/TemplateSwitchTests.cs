using System.Text;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Gateway.Tests.Edge;

/// <summary>What a template lets through, and what it cannot.</summary>
public sealed class TemplateSwitchTests
{
    [Fact]
    public async Task EncodedSlash_WhereTheTemplateAllowsIt_IsPassedOnAsSent()
    {
        await using var host = await GatewayHost.StartAsync();
        var (strict, open) = (await host.AddTenantAsync(), await AddAsync(host, new HttpSettings { AllowEncodedSlash = true }));

        Assert.Equal(400, RawClient.Status(await AskAsync(host, strict, "GET /t/{0}/a%2Fb")));
        Assert.Contains("\"/a%2Fb/c%2fd?x=%2f\"", await AskAsync(host, open, "GET /t/{0}/a%2Fb/c%2fd?x=%2f"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a/..%2fb")]
    [InlineData("/a/%2e%2e%2fb")]
    [InlineData("/a%2f%2fb")]
    [InlineData("/a/%2fb")]
    [InlineData("/a%2f./b")]
    [InlineData("/a%252fb")]
    [InlineData("/a%5cb")]
    [InlineData("/.well-known%2ftenantkit/identity")]
    [InlineData("/.tenantkit%2fwait-events")]
    [InlineData("/internal%2fv1%2finstances")]
    public async Task EncodedSlash_ThatWouldMeanAnotherPath_IsRefusedEverywhere(string path)
    {
        await using var host = await GatewayHost.StartAsync();
        var open = await AddAsync(host, new HttpSettings { AllowEncodedSlash = true });

        var answer = await AskAsync(host, open, "GET /t/{0}" + path);

        Assert.True(RawClient.Status(answer) is 400 or 404, answer);
        Assert.Empty(open.App.Seen);
    }

    [Fact]
    public async Task EncodedSlash_InAnAnonymousPrefix_NeedsASignIn()
    {
        await using var host = await GatewayHost.StartAsync();
        var open = await host.AddTenantAsync(change: static route => route with { AnonymousPaths = ["/public"], Http = new HttpSettings { AllowEncodedSlash = true } });

        Assert.Equal(200, RawClient.Status(await RawClient.SendAsync(host.Url, $"GET /t/{open.Name}/public/a%2fb HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")));
        Assert.Equal(400, RawClient.Status(await RawClient.SendAsync(host.Url, $"GET /t/{open.Name}/public%2f..%2fsecret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")));
        Assert.Equal(401, RawClient.Status(await RawClient.SendAsync(host.Url, $"GET /t/{open.Name}/public%2fa HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")));
    }

    [Fact]
    public async Task BodyOfGet_WhereTheTemplateAllowsIt_ReachesTheApp()
    {
        await using var host = await GatewayHost.StartAsync();
        var (strict, open) = (await host.AddTenantAsync(), await AddAsync(host, new HttpSettings { AllowBodyOnGet = true }));

        var refused = await AskAsync(host, strict, "GET /t/{0}/body", "Content-Length: 5\r\n", "hello");
        var taken = await AskAsync(host, open, "GET /t/{0}/body", "Content-Length: 5\r\n", "hello");
        var chunked = await AskAsync(host, open, "GET /t/{0}/body", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n");
        var head = await AskAsync(host, open, "HEAD /t/{0}/body", "Content-Length: 5\r\n", "hello");

        Assert.Equal((400, 200, 200, 400), (RawClient.Status(refused), RawClient.Status(taken), RawClient.Status(chunked), RawClient.Status(head)));
        Assert.Contains("unexpected_body", refused, StringComparison.Ordinal);
        Assert.Equal(["hello", "abc"], open.App.Bodies);
        Assert.Empty(strict.App.Bodies);
    }

    [Fact]
    public async Task Post_ThatTheTemplateCallsIdempotent_IsSentAgain()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: static route => route with { Http = new HttpSettings { IdempotentPosts = ["/search/*"] } });
        tenant.Apps[0].Fault = tenant.Apps[1].Fault = "abort";

        using var search = await tenant.SendAsync(HttpMethod.Post, "/search/a", new StringContent("query", Encoding.UTF8));
        using var order = await tenant.SendAsync(HttpMethod.Post, "/orders", new StringContent("order", Encoding.UTF8));

        Assert.Equal((502, 502), ((int)search.StatusCode, (int)order.StatusCode));
        Assert.Equal(["order", "query", "query"], tenant.Apps.SelectMany(static app => app.Bodies).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/search", "/search", true)]
    [InlineData("/search", "/search/", false)]
    [InlineData("/search", "/search/a", false)]
    [InlineData("/search/*", "/search/a", true)]
    [InlineData("/search/*", "/search/", false)]
    [InlineData("/search/*", "/search/a/b", false)]
    [InlineData("/a/*/c", "/a/b/c", true)]
    [InlineData("/a/*/c", "/a/b/d", false)]
    [InlineData("/rpc/**", "/rpc/a/b", true)]
    [InlineData("/rpc/**", "/rpcs/a", false)]
    [InlineData("/**", "/anything", true)]
    public void MatchesAny_Pattern_CoversWholePaths(string pattern, string path, bool expected) => Assert.Equal(expected, PathPattern.MatchesAny(["/never", pattern], path));

    private static Task<TestTenant> AddAsync(GatewayHost host, HttpSettings http) => host.AddTenantAsync(change: route => route with { Http = http });

    private static Task<string> AskAsync(GatewayHost host, TestTenant tenant, string line, string headers = "", string body = "") => RawClient.SendAsync(
        host.Url, $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, line, tenant.Name)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {tenant.Token}\r\nConnection: close\r\n{headers}\r\n{body}");
}
