using Microsoft.Playwright;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;
using TenantKit.Gateway.Tests.Tls;

namespace TenantKit.EndToEnd.Tests;

/// <summary>What a person sees in a browser, and what a page may do there.</summary>
public sealed class BrowserTests(SharedHost shared)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Person_WhoseTenantSleeps_SignsInSeesItStartAndUsesIt()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("seen");
        await shared.Admin.StopAsync(tenant.User.Id);
        await using var browser = await Browser.StartAsync();
        var (page, url) = (browser.Page, $"http://{tenant.HostName}/");

        await page.GotoAsync(url);
        Assert.EndsWith("/.tenantkit/sign-in?next=%2F", page.Url, StringComparison.Ordinal);
        await browser.SignInAsync(tenant.User.Credentials.UserName, "wrong");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        Assert.Equal("sleeping", (await shared.Admin.FindStatusAsync(tenant.User.Id))?.Phase);

        // The page that waits goes on to the app by itself.
        await browser.SignInAsync(tenant.User.Credentials.UserName, tenant.User.Credentials.Password!);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New order" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Equal(url, page.Url);
        Assert.Equal([401, 303, 503, 200], browser.Documents.Select(static document => document.Status).Where(static status => status != 302).SkipWhile(static status => status != 401));

        // A form of the app's own, sent by a real browser: the gateway takes it for what it is, and not for another site's.
        await page.GetByLabel("Customer").FillAsync("Anna & Söhne");
        await page.GetByLabel("Product").FillAsync("Tea");
        await page.GetByLabel("Unit price").FillAsync("3.50");
        await page.GetByRole(AriaRole.Button, new() { Name = "Place order" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "Anna & Söhne" })).ToBeVisibleAsync();

        var cookie = Assert.Single(await browser.Context.CookiesAsync());
        Assert.Equal(("tk-session", true, SameSiteAttribute.Lax, false), (cookie.Name, cookie.HttpOnly, cookie.SameSite, cookie.Secure));
        Assert.Equal(string.Empty, await page.EvaluateAsync<string>("document.cookie"));
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task WaitingPage_TellsHowFarTheStartIs()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("awaited");
        await shared.Admin.StopAsync(tenant.User.Id);
        await using var browser = await Browser.StartAsync();
        var page = browser.Page;
        var seen = new TaskCompletionSource<(string Title, string Status, bool HasProgress)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.ExposeFunctionAsync("told", (string title, string status, bool hasProgress) => seen.TrySetResult((title, status, hasProgress)));
        await page.AddInitScriptAsync("""
            addEventListener('DOMContentLoaded', () => {
              const status = document.querySelector('[role=status]');
              if (status) told(document.title, status.textContent, document.querySelector('progress[aria-label]') !== null);
            });
            """);

        await page.GotoAsync($"http://{tenant.HostName}/");
        await browser.SignInAsync(tenant.User.Credentials.UserName, tenant.User.Credentials.Password!);

        var (title, status, hasProgress) = await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        Assert.Contains(tenant.Name, title, StringComparison.Ordinal);
        Assert.NotEmpty(status);
        Assert.True(hasProgress);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New order" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task WaitingPage_WithoutScripts_GoesOnByItself()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("scriptless");
        await shared.Admin.StopAsync(tenant.User.Id);
        await using var browser = await Browser.StartAsync(scripts: false);

        await browser.Page.GotoAsync($"http://{tenant.HostName}/");
        await browser.SignInAsync(tenant.User.Credentials.UserName, tenant.User.Credentials.Password!);

        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "New order" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Contains(browser.Documents, static document => document.Status == 503);
    }

    [Fact]
    public async Task WaitingPage_OfATenantThatCannotStart_TellsSoAndGoesOnOnceItCan()
    {
        using var tenant = await shared.Admin.CreateTenantAsync("unwell");
        await shared.Admin.StopAsync(tenant.User.Id);
        var configuration = Path.Combine(shared.VolumeOf(tenant.User.TenantId), "appsettings.json");
        await File.WriteAllTextAsync(configuration, "{", Cancelled); // the app ends at once with an error
        await using var browser = await Browser.StartAsync();
        var page = browser.Page;

        await page.GotoAsync($"http://{tenant.HostName}/");
        await browser.SignInAsync(tenant.User.Credentials.UserName, tenant.User.Credentials.Password!);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync(new() { Timeout = 90_000 });
        Assert.Contains(tenant.Name, await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(503, browser.Documents.Last().Status);

        File.Delete(configuration);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New order" })).ToBeVisibleAsync(new() { Timeout = 90_000 });
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Page_TalksWithItsOwnAppAndWithNobodyElses()
    {
        using var own = await shared.Admin.CreateTenantAsync("talks");
        using var other = await shared.Admin.CreateTenantAsync("overheard");
        await using var browser = await Browser.StartAsync();
        foreach (var tenant in new[] { other, own })
        {
            await browser.Page.GotoAsync($"http://{tenant.HostName}/");
            await browser.SignInAsync(tenant.User.Credentials.UserName, tenant.User.Credentials.Password!);
            await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "New order" })).ToBeVisibleAsync();
        }

        // The app's page itself may run no scripts.
        await browser.Page.GotoAsync($"http://{own.HostName}/api/whoami");
        Assert.Equal("echo: hello", await EchoAsync(browser.Page, own.HostName));
        Assert.Equal("3 events", await browser.Page.EvaluateAsync<string>("""
            () => new Promise(done => {
              let count = 0;
              const events = new EventSource('/api/stream?seconds=3');
              events.onmessage = () => count++;
              events.onerror = () => { events.close(); done(count + ' events'); };
            })
            """));

        // The session at the other tenant is there; that page is not its own.
        Assert.Equal("refused", await EchoAsync(browser.Page, other.HostName));
        Assert.Equal("refused", await browser.Page.EvaluateAsync<string>(
            "url => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }).then(answer => answer.type, () => 'refused').then(type => type === 'opaque' ? 'refused' : type)", $"http://{other.HostName}/orders"));
        Assert.Empty(await other.ListOrdersAsync());

        // To browsers NAME.localhost is a site of its own: the session does not even go along.
        Assert.Equal(401, await SubmitAsync(browser, $"http://{other.HostName}/orders"));
        Assert.Empty(await other.ListOrdersAsync());
    }

    [Fact]
    public async Task OverHttps_TenantsOfOneSiteCannotUseEachOthersSessions()
    {
        using var certificates = new TestCertificates();
        certificates.AddPem("localhost", $"*.{Browser.Domain}");
        using var settings = new HostSettings();
        settings.More["TenantKit:Gateway:Url"] = settings.GatewayUrl.Replace("http:", "https:", StringComparison.Ordinal);
        settings.More["TenantKit:Gateway:BaseDomain"] = Browser.Domain;
        settings.More["TenantKit:Gateway:Tls:CertificateDirectory"] = certificates.Folder;
        await using var host = await HostProcess.StartAsync(settings);
        using var admin = await AdminClient.SignInAsync(settings);
        await using var browser = await Browser.StartAsync();
        var page = browser.Page;
        string Url(string name) => $"https://{name}.{Browser.Domain}:{settings.GatewayPort}/";

        // What an app on a sibling host can set: a cookie for all of them.
        await browser.Context.AddCookiesAsync([new() { Name = "tk-session", Value = "planted", Domain = "." + Browser.Domain, Path = "/" }]);
        foreach (var name in new[] { "other", "own" })
        {
            var user = await admin.CreateUserAsync(name);
            await page.GotoAsync(Url(name));
            await browser.SignInAsync(user.Credentials.UserName, user.Credentials.Password!);
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New order" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        }

        var cookies = (await browser.Context.CookiesAsync()).Where(static cookie => cookie.Name != "tk-session").OrderBy(static cookie => cookie.Domain, StringComparer.Ordinal).ToList();
        Assert.All(cookies, static cookie => Assert.Equal(("__Host-tk-session", true, true, "/"), (cookie.Name, cookie.HttpOnly, cookie.Secure, cookie.Path)));
        Assert.Equal([$"other.{Browser.Domain}", $"own.{Browser.Domain}"], cookies.Select(static cookie => cookie.Domain));
        Assert.Empty(browser.Complaints);

        // These two are one site to the browser, which sends the session along; the gateway refuses for the origin's sake.
        await page.GotoAsync(Url("own") + "api/whoami");
        Assert.Equal("echo: hello", await EchoAsync(page, new Uri(Url("own")).Authority, "wss"));
        Assert.Equal("refused", await EchoAsync(page, new Uri(Url("other")).Authority, "wss"));
        Assert.Equal(403, await SubmitAsync(browser, Url("other") + "orders"));
        await page.GotoAsync(Url("other"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New order" })).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Cell, new() { Name = "planted" }).CountAsync());
    }

    // As a page that wishes its visitor ill does; the status that it gets.
    private static async Task<int> SubmitAsync(Browser browser, string url)
    {
        // Listens before it submits: an answer that came in between would be waited for in vain.
        var answer = await browser.Page.RunAndWaitForResponseAsync(
            () => browser.Page.EvaluateAsync("""
                url => {
                  const form = Object.assign(document.createElement('form'), { method: 'post', action: url });
                  for (const [name, value] of Object.entries({ customer: 'planted', product: 'Tea', quantity: '1', unitPrice: '1' }))
                    form.append(Object.assign(document.createElement('input'), { name, value }));
                  document.body.append(form);
                  form.submit();
                }
                """, url),
            answer => answer.Request.IsNavigationRequest && answer.Url == url);
        await answer.FinishedAsync();
        return answer.Status;
    }

    private static Task<string> EchoAsync(IPage page, string host, string scheme = "ws") => page.EvaluateAsync<string>("""
        url => new Promise(done => {
          const socket = new WebSocket(url);
          socket.onopen = () => socket.send('hello');
          socket.onmessage = message => { socket.close(); done('echo: ' + message.data); };
          socket.onerror = () => done('refused');
        })
        """, $"{scheme}://{host}/ws/echo");
}
