using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Edge;

public sealed class TrustedProxiesTests
{
    private const string Itself = "127.0.0.1";

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("203.0.113.7, 10.1.2.3", "203.0.113.7")] // another proxy behind it
    [InlineData("198.51.100.9, 203.0.113.7", "203.0.113.7")] // what the client wrote itself
    [InlineData("198.51.100.9, 203.0.113.7, 10.1.2.3", "203.0.113.7")]
    [InlineData("10.9.9.9, 203.0.113.7", "203.0.113.7")]
    [InlineData("nobody", Itself)]
    [InlineData("203.0.113.7, nobody", Itself)]
    [InlineData(null, Itself)]
    public async Task Client_OfATrustedProxy_IsTheOneItNames(string? sent, string expected)
    {
        await using var host = await StartAsync(Itself, "10.0.0.0/8");
        var tenant = await host.AddTenantAsync();

        var echo = await EchoAsync(tenant, ("X-Forwarded-For", sent), ("X-Forwarded-Host", "evil.example"), ("X-Original-For", "evil"));

        Assert.Equal([expected], echo.Headers["X-Forwarded-For"]);
        Assert.Equal([$"127.0.0.1:{host.Url.Port}"], echo.Headers["X-Forwarded-Host"]);
        Assert.DoesNotContain(echo.Headers.Keys, static name => name.StartsWith("X-Original", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("https", "https")]
    [InlineData("HTTPS", "https")]
    [InlineData("http, https", "https")] // the last is the proxy's own
    [InlineData("https, http", "http")]
    [InlineData("javascript", "http")]
    [InlineData("wss", "http")]
    [InlineData("", "http")]
    public async Task Scheme_OfATrustedProxy_Counts(string sent, string expected)
    {
        await using var host = await StartAsync(Itself);
        var tenant = await host.AddTenantAsync();

        var echo = await EchoAsync(tenant, ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", sent));

        Assert.Equal([expected], echo.Headers["X-Forwarded-Proto"]);
    }

    [Theory]
    [InlineData]
    [InlineData("10.0.0.0/8", "192.168.1.1")]
    public async Task Headers_OfAnybodyElse_AreNotBelieved(params string[] trusted)
    {
        await using var host = await StartAsync(trusted);
        var tenant = await host.AddTenantAsync();

        var echo = await EchoAsync(tenant, ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"));

        Assert.Equal([Itself], echo.Headers["X-Forwarded-For"]);
        Assert.Equal(["http"], echo.Headers["X-Forwarded-Proto"]);
    }

    [Theory]
    [InlineData("https", true)]
    [InlineData("http", false)]
    public async Task Session_BehindAProxyThatEndsTls_IsSecureAndOfThePagesOrigin(string scheme, bool secure)
    {
        await using var host = await StartAsync(Itself);
        var tenant = await host.AddTenantAsync();
        var asked = new List<string?>();
        host.Control.OnSignIn = request =>
        {
            asked.Add(request.RemoteAddress);
            return new SignInAnswer(tenant.Token, TimeSpan.FromMinutes(5), null);
        };
        var name = $"{tenant.Name}.localhost";
        (string, string)[] by = [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", scheme), ("Origin", $"{scheme}://{name}")];

        using var form = new FormUrlEncodedContent([new("userName", "anna"), new("password", "right"), new("next", "/echo")]);
        using var signedIn = await host.SendAsync(HttpMethod.Post, "/.tenantkit/sign-in", null, name, form, by);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        using var content = new StringContent("x");
        using var changed = await host.SendAsync(HttpMethod.Post, "/echo", null, name, content, [.. by, ("Cookie", cookie.Split(';')[0])]);
        using var crossed = await host.SendAsync(HttpMethod.Post, "/echo", null, name, content, [by[0], by[1], ("Origin", $"ftp://{name}"), ("Cookie", cookie.Split(';')[0])]);

        Assert.Equal(secure, cookie.Contains("; Secure", StringComparison.Ordinal));
        Assert.StartsWith(secure ? "__Host-tk-session=ey" : "tk-session=ey", cookie, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (changed.StatusCode, crossed.StatusCode));
        Assert.Equal(["203.0.113.7"], asked);
    }

    [Theory]
    [InlineData("https", "max-age=3600")]
    [InlineData("http", null)]
    public async Task Hsts_IsSentWhenTheClientCameByHttpsToTheProxy(string scheme, string? expected)
    {
        await using var host = await GatewayHost.StartAsync(static options =>
        {
            options.TrustedProxies.Add(Itself);
            options.Tls.Hsts = TimeSpan.FromHours(1);
        });
        var tenant = await host.AddTenantAsync();

        using var response = await tenant.GetAsync("/echo", ("X-Forwarded-Proto", scheme), ("X-Forwarded-For", "203.0.113.7"));

        Assert.Equal(expected, response.Headers.TryGetValues("Strict-Transport-Security", out var values) ? Assert.Single(values) : null);
    }

    [Theory]
    [InlineData("proxy.example", "'proxy.example' is neither an address nor a network")]
    [InlineData("10.1.2.0/33", "'10.1.2.0/33' is neither an address nor a network")]
    [InlineData("0.0.0.0/0", "'0.0.0.0/0' is everybody")]
    [InlineData("::/0", "'::/0' is everybody")]
    public void Setting_ThatIsWrong_SaysWhatToDo(string entry, string message)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Options(("TenantKit:Gateway:TrustedProxies:0", entry)));

        Assert.Contains($"TenantKit:Gateway:TrustedProxies {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WebHost_ThatBelievesEverybody_IsRefused()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Options(("ForwardedHeaders_Enabled", "true"), ("TenantKit:Gateway:TrustedProxies:0", Itself)));

        Assert.Contains("ASPNETCORE_FORWARDEDHEADERS_ENABLED", error.Message, StringComparison.Ordinal);
    }

    private static Task<GatewayHost> StartAsync(params string[] trusted) => GatewayHost.StartAsync(options =>
    {
        foreach (var proxy in trusted)
        {
            options.TrustedProxies.Add(proxy);
        }
    });

    private static async Task<AppEcho> EchoAsync(TestTenant tenant, params (string Name, string? Value)[] headers)
    {
        using var response = await tenant.GetAsync("/echo", [.. headers.Where(static header => header.Value is not null).Select(static header => (header.Name, header.Value!))]);
        return await GatewayHost.EchoAsync(response);
    }

    private static TenantGatewayOptions Options(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.Services.AddTenantGateway();
        using var app = builder.Build();
        return app.Services.GetRequiredService<IOptions<TenantGatewayOptions>>().Value;
    }
}
