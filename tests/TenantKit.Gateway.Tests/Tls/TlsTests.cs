using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Gateway.Tests.Grpc;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Gateway.Tls;
using TenantKit.Templates;

namespace TenantKit.Gateway.Tests.Tls;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates certificates = new();

    public void Dispose() => certificates.Dispose();

    [Fact]
    public async Task Handshake_ByName_ShowsTheCertificateForIt()
    {
        var exact = certificates.AddPem("shop", "shop.example.com");
        var wildcard = certificates.AddPfx("apps", "secret", "*.apps.test", "apps.test");
        await using var host = await StartAsync(tls => tls.Password = "secret");

        Assert.Equal(exact, await ShownAsync(host, "shop.example.com"));
        Assert.Equal(wildcard, await ShownAsync(host, "ACME.apps.test"));
        Assert.Equal(wildcard, await ShownAsync(host, "apps.test"));
    }

    [Theory]
    [InlineData("stranger.example.com")]
    [InlineData("a.b.apps.test")]
    public async Task Handshake_ByANameWithoutCertificate_IsRefusedWithAnAlert(string name)
    {
        certificates.AddPem("apps", "*.apps.test");
        await using var host = await StartAsync();

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => ShownAsync(host, name));

        Assert.IsType<AuthenticationException>(refused.InnerException);
        Assert.Contains("unrecognized name", refused.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Handshake_WithADefault_ShowsItToStrangers()
    {
        certificates.AddPem("shop", "shop.example.com");
        var standard = certificates.AddPem("apps", "*.apps.test");
        await using var host = await StartAsync(tls => tls.DefaultName = "www.apps.test");

        Assert.Equal(standard, await ShownAsync(host, "stranger.example.com"));
    }

    [Fact]
    public async Task Files_ThatChange_CountWithoutARestart()
    {
        var first = certificates.AddPem("shop", "shop.example.com");
        await using var host = await StartAsync(tls => tls.ReloadInterval = TimeSpan.FromMilliseconds(100));
        Assert.Equal(first, await ShownAsync(host, "shop.example.com"));

        var second = certificates.AddPem("shop", "shop.example.com", "new.example.com");
        var keeper = host.Services.GetRequiredService<CertificateKeeper>();
        await Poll.UntilAsync(() => keeper.Table.Count == 2);
        Assert.Equal(second, await ShownAsync(host, "shop.example.com"));

        File.WriteAllText(Path.Combine(certificates.Folder, "broken.crt"), "nothing");
        var third = certificates.AddPem("other", "other.example.com");
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        Assert.Equal(second, await ShownAsync(host, "new.example.com"));

        File.Delete(Path.Combine(certificates.Folder, "broken.crt"));
        await Poll.UntilAsync(() => keeper.Table.Count == 3);
        Assert.Equal(third, await ShownAsync(host, "other.example.com"));
    }

    [Fact]
    public async Task Start_WithFilesThatCannotBeUsed_NamesThemAll()
    {
        certificates.AddPfx("locked", "secret", "locked.example.com");
        File.WriteAllText(Path.Combine(certificates.Folder, "broken.pem"), "nothing");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync());

        Assert.Contains("locked.pfx", refused.Message, StringComparison.Ordinal);
        Assert.Contains("broken.pem", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_OtherThanTheNameInTheHandshake_IsMisdirected()
    {
        certificates.AddPem("all", "*.localhost", "localhost");
        await using var host = await StartAsync();

        Assert.Contains("HTTP/1.1 401 ", await AskAsync(host, "acme.localhost", "ACME.localhost:99"), StringComparison.Ordinal);
        var misdirected = await AskAsync(host, "acme.localhost", "other.localhost");

        Assert.Contains("HTTP/1.1 421 ", misdirected, StringComparison.Ordinal);
        Assert.Contains("misdirected_request", misdirected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_OverTlsAtADomainOfTheTenantsOwn_IsAnswered()
    {
        certificates.AddPem("shop", "shop.example.com");
        await using var host = await StartAsync(configure: options => options.Domains["shop.example.com"] = "acme-of-the-domain");
        var tenant = await host.AddTenantAsync(protocol: AppProtocol.Http2, change: static route => route with { TenantName = "acme-of-the-domain" });
        using var client = new TlsClient(host.Url.Port);
        using var channel = GrpcChannel.ForAddress($"https://shop.example.com:{host.Url.Port}", new GrpcChannelOptions { HttpHandler = client.Handler });
        var headers = new Metadata { { "Authorization", $"Bearer {host.Tokens.Issue("admin", null, "administrator")}" } };

        Assert.Equal("hello", await channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.Unary, null, new CallOptions(headers), "hello"));
        using var ordinary = await client.GetAsync($"https://shop.example.com:{host.Url.Port}/echo", tenant.Token);
        Assert.Equal((HttpVersion.Version20, HttpStatusCode.OK), (ordinary.Version, ordinary.StatusCode));
    }

    [Fact]
    public async Task Listener_ForHttp_SendsOnToHttps()
    {
        certificates.AddPem("apps", "*.localhost", "localhost");
        await using var host = await StartAsync(tls => (tls.RedirectUrl, tls.RedirectPort, tls.Hsts) = ("http://127.0.0.1:0", 8443, TimeSpan.FromDays(1)));

        var answer = await RawClient.SendAsync(host.LastUrl, "GET /a%20b?c=1 HTTP/1.1\r\nHost: acme.localhost:1234\r\nConnection: close\r\n\r\n");
        var unknown = await RawClient.SendAsync(host.LastUrl, "GET / HTTP/1.1\r\nHost: stranger.example.com\r\nConnection: close\r\n\r\n");
        using var client = new TlsClient(host.Url.Port);
        using var secure = await client.GetAsync($"https://acme.localhost:{host.Url.Port}/");

        Assert.Equal((308, 404), (RawClient.Status(answer), RawClient.Status(unknown)));
        Assert.Contains("Location: https://acme.localhost:8443/a%20b?c=1\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Strict-Transport-Security", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("max-age=86400", Assert.Single(secure.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public async Task Domains_ThatChangeInTheConfiguration_CountWithoutARestart()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync();
        await GatewayHost.AssertProblemAsync(await host.GetAsync("/echo", tenant.Token, "shop.example.com"), 404, "tenant_not_found");

        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["TenantKit:Gateway:Domains:shop.example.com"] = tenant.Name;
        configuration.Reload();
        Assert.Equal("/echo", (await GatewayHost.EchoAsync(await host.GetAsync("/echo", tenant.Token, "Shop.example.com"))).Target);

        configuration["TenantKit:Gateway:Domains:bad_domain"] = tenant.Name;
        configuration.Reload();
        Assert.Equal("/echo", (await GatewayHost.EchoAsync(await host.GetAsync("/echo", tenant.Token, "shop.example.com"))).Target);
    }

    private async Task<GatewayHost> StartAsync(Action<GatewayTlsOptions>? tls = null, Action<TenantGatewayOptions>? configure = null) => await GatewayHost.StartAsync(options =>
    {
        options.Url = "https://127.0.0.1:0";
        options.Tls.CertificateDirectory = certificates.Folder;
        tls?.Invoke(options.Tls);
        configure?.Invoke(options);
    });

    private static async Task<string> AskAsync(GatewayHost host, string sni, string name)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, host.Url.Port, TestContext.Current.CancellationToken);
        await using var secure = new SslStream(socket.GetStream(), false, (_, _, _, _) => true);
        await secure.AuthenticateAsClientAsync(sni);
        await secure.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(secure);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string?> ShownAsync(GatewayHost host, string name)
    {
        using var client = new TlsClient(host.Url.Port);
        using var response = await client.GetAsync($"https://{name}:{host.Url.Port}/");
        return client.Thumbprint;
    }
}
