using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TenantKit.Control;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>A whole gateway on free ports, with a control plane that a test plays.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private static readonly bool AllDedicated = Environment.GetEnvironmentVariable("TENANTKIT_TEST_DEDICATED") == "1";

    private readonly WebApplication app;
    private readonly List<IAsyncDisposable> owned = [];
    private static int tenants;

    private GatewayHost(WebApplication app, FakeFeed feed, FakeControl control, TokenIssuer tokens)
    {
        this.app = app;
        Feed = feed;
        Control = control;
        Tokens = tokens;
        var urls = app.Urls.ToList();
        Url = new Uri(urls[0]);
        InternalUrl = new Uri(urls[1]);
        LastUrl = new Uri(urls[^1]);
        Http2Url = urls.Count > 2 ? new Uri(urls[2]) : null;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 500 })
        {
            BaseAddress = Url,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public FakeFeed Feed { get; }

    public FakeControl Control { get; }

    public TokenIssuer Tokens { get; }

    public Uri Url { get; }

    public Uri InternalUrl { get; }

    /// <summary>Where HTTP/2 is spoken without TLS; null unless a test asked for it.</summary>
    public Uri? Http2Url { get; }

    /// <summary>The listener that was added last.</summary>
    public Uri LastUrl { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<GatewayHost> StartAsync(Action<TenantGatewayOptions>? configure = null, bool synced = true, Action<ITenantGatewayBuilder>? build = null, TokenIssuer? tokens = null, bool dedicated = false)
    {
        tokens ??= new TokenIssuer();
        var feed = new FakeFeed();
        var control = new FakeControl(tokens);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IRouteFeed>(feed);
        builder.Services.AddSingleton<IControlClient>(control);
        var gateway = builder.Services.AddTenantGateway();
        builder.Services.Configure<TenantGatewayOptions>(options =>
        {
            options.Url = "http://127.0.0.1:0";
            options.InternalUrl = "http://127.0.0.1:0";
            options.HoldTimeout = TimeSpan.FromSeconds(20);
            options.ReportInterval = TimeSpan.FromMilliseconds(100);
            configure?.Invoke(options);
        });
        build?.Invoke(gateway);
        if (!AllDedicated && Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "0"); // for the process: one test does not set it for all others
        }

        builder.WebHost.UseTenantGatewayKestrel(dedicated || AllDedicated);
        var app = builder.Build();
        app.MapTenantGateway();
        app.MapTenantGatewayInternal();
        if (synced)
        {
            feed.MayList.SetResult();
        }

        await app.StartAsync();
        var host = new GatewayHost(app, feed, control, tokens);
        if (synced)
        {
            await Poll.UntilAsync(() => app.Services.GetRequiredService<IRouteRegistry>().IsSynced);
        }

        return host;
    }

    /// <summary>A tenant with one running app, and its user's token.</summary>
    public async Task<TestTenant> AddTenantAsync(RouteState state = RouteState.Active, int instances = 1, Func<Route, Route>? change = null, ProbeKind probe = ProbeKind.Http, AppProtocol protocol = AppProtocol.Http1)
    {
        var number = Interlocked.Increment(ref tenants);
        var id = $"01tenant{number:00000}";
        var apps = new List<TestApp>();
        for (var i = 0; i < instances; i++)
        {
            var started = await TestApp.StartAsync($"01instance{number:00000}{i}", id, protocol: protocol);
            owned.Add(started);
            apps.Add(started);
        }

        var route = new Route
        {
            TenantId = id,
            TenantName = $"acme{number}",
            State = state,
            Instances = state == RouteState.Active ? [.. apps.Select(app => app.Instance)] : [],
            Probe = new ProbeSettings { Kind = probe, Interval = TimeSpan.FromMilliseconds(200) },
            Http = new HttpSettings { Protocol = protocol },
            Revision = 0,
        };
        route = Feed.Put(change?.Invoke(route) ?? route);
        await AppliedAsync(route);
        var tenant = new TestTenant(this, id, route.TenantName, apps, Tokens.Issue($"user{number}", id));
        if (route.Instances.Count > 0)
        {
            await tenant.ReadyAsync(route.Instances.Count);
        }

        return tenant;
    }

    /// <summary>A tenant whose only instance is this one, which is probed by a connection.</summary>
    public Task<TestTenant> AddTenantAsync(RawInstance instance) => AddTenantAsync(RouteState.Asleep, change: route => route with
    {
        State = RouteState.Active,
        Instances = [instance.Instance($"01raw{Guid.NewGuid():N}"[..26])],
        Probe = new ProbeSettings { Kind = ProbeKind.Tcp, Interval = TimeSpan.FromHours(1) },
    });

    public Task AppliedAsync(Route route) => Poll.UntilAsync(() => app.Services.GetRequiredService<IRouteRegistry>().Revision >= route.Revision);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string? token = null, string? host = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(Url, target)) { Content = content };
        request.Headers.Host = host;
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string target, string? token = null, string? host = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, target, token, host, null, headers);

    public static async Task<AppEcho> EchoAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var echo = (await response.Content.ReadFromJsonAsync<AppEcho>(TestContext.Current.CancellationToken))!;
        return echo with { Headers = new Dictionary<string, string[]>(echo.Headers, StringComparer.OrdinalIgnoreCase) };
    }

    public static async Task AssertProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("title").GetString()));
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("traceId").GetString()));
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    /// <summary>As a host is told to stop; the token ends its patience.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        foreach (var disposable in owned)
        {
            await disposable.DisposeAsync();
        }
    }
}
