using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Gateway.Activation;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Tests.Activation;

public sealed class WaitingPageTests
{
    [Fact]
    public async Task Page_WithATheme_ShowsItAndAllowsExactlyThat()
    {
        var files = Directory.CreateTempSubdirectory("tenantkit-");
        var style = Path.Combine(files.FullName, "own.css");
        var logo = Path.Combine(files.FullName, "logo.svg");
        await File.WriteAllTextAsync(style, "h1{color:#123456}</style><script>", Cancelled);
        await File.WriteAllTextAsync(logo, "<svg xmlns='http://www.w3.org/2000/svg'/>", Cancelled);
        await using var host = await GatewayHost.StartAsync(options =>
        {
            options.Pages.Language = "de";
            options.Pages.AccentColor = "#00aa55";
            options.Pages.StyleFile = style;
            options.Pages.LogoFile = logo;
            options.Pages.Texts["StartingTitle"] = "{tenant} <startet>";
        });

        var (page, html) = await OpenAsync(host);

        Assert.Contains("<html lang=\"de\">", html, StringComparison.Ordinal);
        Assert.Contains("&lt;startet&gt;</h1>", html, StringComparison.Ordinal);
        Assert.Contains("--accent:#00aa55", html, StringComparison.Ordinal);
        Assert.Contains("src=\"data:image/svg+xml;base64,", html, StringComparison.Ordinal);
        var inside = html.Split("<style>")[1].Split("</style>")[0];
        Assert.Contains("h1{color:#123456}<\\/style><script>", inside, StringComparison.Ordinal);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains($"style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inside)))}'", policy, StringComparison.Ordinal);
        Assert.Contains("img-src data:;", policy, StringComparison.Ordinal);
        files.Delete(recursive: true);
    }

    [Fact]
    public async Task Page_OfTheHostsOwn_GetsWhatThereIsToTell()
    {
        await using var host = await GatewayHost.StartAsync(build: static gateway => gateway.UseWaitingPage<OwnPage>());

        var (page, text) = await OpenAsync(host);

        Assert.Equal((503, "3", "no-store"), ((int)page.StatusCode, page.Headers.RetryAfter!.ToString(), page.Headers.CacheControl!.ToString()));
        Assert.Matches("^own page of .+ False at /t/.+/.tenantkit/wait-events$", text);
    }

    [Fact]
    public async Task Events_OfATenantThatWaitsForItsTurn_TellPositionAndTime()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        host.Control.OnWake = _ => new WakeAnswer(WakeOutcome.Accepted, 3, TimeSpan.FromMinutes(2));
        using var events = await host.GetAsync($"/t/{tenant.Name}/.tenantkit/wait-events", headers: ("Cookie", $"tk-session={tenant.Token}"));
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(Cancelled));
        await Poll.UntilAsync(() => !host.Control.Wakes.IsEmpty);

        await tenant.BecomeAsync(RouteState.Active, static route => route with { Instances = [], Reason = StatusReasons.WaitingForStartSlot });

        var line = string.Empty;
        while (!line.Contains("3 before it", StringComparison.Ordinal))
        {
            line = await reader.ReadLineAsync(Cancelled) ?? throw new InvalidOperationException("The events ended without the position.");
        }

        Assert.Matches("About 1[12][05] seconds more", line);
        await tenant.BecomeAsync(RouteState.Active);
        Assert.Contains("event: ready", await reader.ReadToEndAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccentColor", "red")]
    [InlineData("Language", "no language")]
    [InlineData("StyleFile", "/nowhere/own.css")]
    [InlineData("LogoFile", "/nowhere/logo.bmp")]
    [InlineData("Texts:Typo", "x")]
    public void Setting_ThatCannotBe_IsRefusedByName(string setting, string value)
    {
        var services = new ServiceCollection().AddTenantGateway().Services.Configure<TenantGatewayOptions>(options =>
        {
            switch (setting)
            {
                case "AccentColor": options.Pages.AccentColor = value; break;
                case "Language": options.Pages.Language = value; break;
                case "StyleFile": options.Pages.StyleFile = value; break;
                case "LogoFile": options.Pages.LogoFile = value; break;
                default: options.Pages.Texts["Typo"] = value; break;
            }
        });
        services.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());

        var error = Assert.Throws<OptionsValidationException>(() => services.BuildServiceProvider().GetRequiredService<IOptions<TenantGatewayOptions>>().Value);

        Assert.Contains(setting, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAfter_OfTheHostsOwn_IsToldToPrograms()
    {
        await using var host = await GatewayHost.StartAsync(static options => (options.RetryAfter, options.HoldTimeout) = (TimeSpan.FromSeconds(40), TimeSpan.Zero));
        var tenant = await host.AddTenantAsync(RouteState.Asleep);

        var refused = await tenant.GetAsync("/echo");

        await GatewayHost.AssertProblemAsync(refused, 503, "tenant_starting");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 40, 120);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task<(HttpResponseMessage Page, string Text)> OpenAsync(GatewayHost host)
    {
        var tenant = await host.AddTenantAsync(RouteState.Asleep);
        var page = await host.GetAsync($"/t/{tenant.Name}/", headers: [("Accept", "text/html"), ("Cookie", $"tk-session={tenant.Token}")]);
        return (page, await page.Content.ReadAsStringAsync(Cancelled));
    }

    private sealed class OwnPage : IWaitingPage
    {
        public Task WriteAsync(HttpContext http, WaitingPageContext context) =>
            http.Response.WriteAsync($"own page of {context.TenantName} {context.Failed} at {context.EventsPath}", http.RequestAborted);
    }
}
