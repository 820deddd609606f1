using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Edge;

/// <summary>A proxy in front that knows the tenant says so in a header; nobody else can.</summary>
public sealed class TenantHeaderTests
{
    private const string Itself = "127.0.0.1";
    private const string Header = "X-Tenant";

    [Fact]
    public async Task Header_OfATrustedProxy_NamesTheTenant()
    {
        await using var host = await StartAsync(Itself);
        var (one, two) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        var administrator = host.Tokens.Issue("root", null, role: "administrator");

        using var first = await host.GetAsync("/echo", administrator, headers: (Header, one.Name));
        using var second = await host.GetAsync("/echo", administrator, headers: (Header, two.Name.ToUpperInvariant()));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal((1, 1), (one.App.Deliveries["GET /echo"], two.App.Deliveries["GET /echo"]));
        Assert.DoesNotContain(Header, (await GatewayHost.EchoAsync(first)).Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Header_IsNoPermission()
    {
        await using var host = await StartAsync(Itself);
        var (own, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());

        await GatewayHost.AssertProblemAsync(await host.GetAsync("/echo", own.Token, headers: (Header, other.Name)), 403, "not_your_tenant");
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/echo", own.Token, headers: (Header, "nobody")), 404, "tenant_not_found");
        Assert.Empty(other.App.Seen);
    }

    [Fact]
    public async Task Header_BesideAPathOrHostThatNamesATenant_DoesNotCount()
    {
        await using var host = await StartAsync(Itself);
        var (own, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());

        using var byPath = await host.GetAsync($"/t/{own.Name}/echo", own.Token, headers: (Header, other.Name));
        using var byHost = await host.GetAsync("/echo", own.Token, $"{own.Name}.localhost", (Header, other.Name));
        using var byToken = await host.GetAsync("/echo", own.Token, headers: (Header, string.Empty));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], new[] { byPath, byHost, byToken }.Select(static response => response.StatusCode));
        Assert.Empty(other.App.Seen);
    }

    [Theory]
    [InlineData("\r\nX-Tenant: ")]
    [InlineData(", ")]
    public async Task Header_ThatAProxyAddedToItsClients_IsRefused(string between)
    {
        await using var host = await StartAsync(Itself);
        var (own, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());

        var answer = await RawClient.SendAsync(
            host.Url, $"GET /echo HTTP/1.1\r\nHost: {host.Url.Authority}\r\nAuthorization: Bearer {own.Token}\r\nX-Tenant: {other.Name}{between}{own.Name}\r\nConnection: close\r\n\r\n");

        Assert.Equal(400, RawClient.Status(answer));
        Assert.Contains("\"code\":\"ambiguous_tenant\"", answer, StringComparison.Ordinal);
        Assert.Empty(own.App.Seen);
    }

    [Fact]
    public async Task Header_OfAnybodyElse_IsRemoved()
    {
        await using var host = await StartAsync("10.0.0.0/8");
        var (own, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());

        using var response = await host.GetAsync("/echo", own.Token, headers: (Header, other.Name));

        var echo = await GatewayHost.EchoAsync(response);
        Assert.DoesNotContain(Header, echo.Headers.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(1, own.App.Deliveries["GET /echo"]);
        Assert.Empty(other.App.Seen);
    }

    [Theory]
    [InlineData("Host", Itself, "'Host' cannot name a tenant")]
    [InlineData("X-Forwarded-Host", Itself, "'X-Forwarded-Host' cannot name a tenant")]
    [InlineData("X-TenantKit-Tenant", Itself, "'X-TenantKit-Tenant' cannot name a tenant")]
    [InlineData("X Tenant", Itself, "'X Tenant' cannot name a tenant")]
    [InlineData("", Itself, "'' cannot name a tenant")]
    [InlineData("X-Tenant", null, "is set and TenantKit:Gateway:TrustedProxies is empty")]
    public void Setting_ThatIsWrong_SaysWhatToDo(string header, string? proxy, string message)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["TenantKit:Gateway:TenantHeader"] = header;
        if (proxy is not null)
        {
            builder.Configuration["TenantKit:Gateway:TrustedProxies:0"] = proxy;
        }

        builder.Services.AddTenantGateway();
        using var app = builder.Build();

        var error = Assert.Throws<OptionsValidationException>(() => app.Services.GetRequiredService<IOptions<TenantGatewayOptions>>().Value);

        Assert.Contains($"TenantKit:Gateway:TenantHeader {message}", error.Message, StringComparison.Ordinal);
    }

    private static Task<GatewayHost> StartAsync(string proxy) => GatewayHost.StartAsync(options =>
    {
        options.TrustedProxies.Add(proxy);
        options.TenantHeader = Header;
    });
}
