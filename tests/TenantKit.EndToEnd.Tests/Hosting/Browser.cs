using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>A Chromium without a window, and what it complained of. Each has cookies of its own.</summary>
internal sealed class Browser : IAsyncDisposable
{
    /// <summary>A domain whose hosts are this machine to the browser, and one site.</summary>
    public const string Domain = "tenants.test";

    private const string Variable = "TENANTKIT_TEST_CHROMIUM";
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<(int Status, string Url)> documents = new();

    private Browser(IPlaywright playwright, IBrowser browser, IBrowserContext context, IPage page) => (this.playwright, this.browser, Context, Page) = (playwright, browser, context, page);

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>Errors of scripts, and what a page was not allowed to load or do. Answers that are no success are none.</summary>
    public IEnumerable<string> Complaints => complaints;

    /// <summary>Status and address of each document that came, in order.</summary>
    public IEnumerable<(int Status, string Url)> Documents => documents;

    /// <summary>Starts one; the test is skipped where there is no Chromium.</summary>
    public static async Task<Browser> StartAsync(bool scripts = true)
    {
        var program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Find("chromium", "chromium-browser", "google-chrome");
        Assert.SkipWhen(program is null, $"There is no Chromium: install it, or name its program in {Variable}.");

        var playwright = await Playwright.CreateAsync();
        // Its sandbox needs rights that containers do not have; it opens nothing but the pages of these tests.
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-dev-shm-usage", $"--host-resolver-rules=MAP *.{Domain} 127.0.0.1"] });
        var context = await browser.NewContextAsync(new() { IgnoreHTTPSErrors = true, JavaScriptEnabled = scripts });
        var started = new Browser(playwright, browser, context, await context.NewPageAsync());
        started.Page.PageError += (_, error) => started.complaints.Enqueue(error);
        started.Page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource: the server responded with a status of", StringComparison.Ordinal))
            {
                started.complaints.Enqueue(message.Text);
            }
        };
        started.Page.Response += (_, response) =>
        {
            if (response.Request.IsNavigationRequest)
            {
                started.documents.Enqueue((response.Status, response.Url));
            }
        };
        return started;
    }

    /// <summary>Fills the sign-in form in as somebody with a keyboard alone does: the caret is in the first field, Tab, Enter.</summary>
    public async Task SignInAsync(string userName, string password)
    {
        await Page.GetByLabel("User name").FillAsync(userName);
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.TypeAsync(password);
        await Page.Keyboard.PressAsync("Enter");
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static string? Find(params string[] names) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
