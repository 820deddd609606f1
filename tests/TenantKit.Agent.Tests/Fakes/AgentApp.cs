using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Agent.Caller;

namespace TenantKit.Agent.Tests.Fakes;

/// <summary>An app with the agent in it, on virtual time.</summary>
internal sealed class AgentApp : IAsyncDisposable
{
    public const string TenantId = "tenant-one";
    public const string InstanceId = "instance-two";
    public static readonly string KeyHex = Convert.ToHexStringLower([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    private readonly WebApplication app;
    private readonly string keyFile = Path.GetTempFileName();

    private AgentApp(bool standAlone, string environment, Action<IServiceCollection>? services, IReadOnlyDictionary<string, string?>? settings)
    {
        File.WriteAllText(keyFile, KeyHex + "\n");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        if (!standAlone)
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["TENANTKIT_TENANT_ID"] = TenantId,
                ["TENANTKIT_TENANT_NAME"] = "acme",
                ["TENANTKIT_INSTANCE_ID"] = InstanceId,
                ["TENANTKIT_KEY_FILE"] = keyFile,
                ["TENANTKIT_REGISTRATION_URL"] = "http://gateway.test:9000",
                ["PORT"] = "8123",
            });
        }

        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(new AgentHttpClient(Gateway));
        services?.Invoke(builder.Services);
        builder.AddTenantAgent();
        app = builder.Build();
        app.MapTenantAgent();
        app.MapGet("/me", (HttpContext context, ICallerContext caller) => $"{caller.Caller} {context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}").RequireAuthorization();
        app.MapGet("/open", (HttpContext context, ICallerContext caller) => $"{caller.Caller?.UserId ?? "nobody"} {context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}");
    }

    public FakeGateway Gateway { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public IServiceProvider Services => app.Services;

    public HttpClient Client => app.GetTestClient();

    public static async Task<AgentApp> StartAsync(
        bool standAlone = false,
        string environment = "Production",
        Action<IServiceCollection>? services = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        Action<FakeGateway>? gateway = null)
    {
        var result = new AgentApp(standAlone, environment, services, settings);
        gateway?.Invoke(result.Gateway);
        await result.app.StartAsync(TestContext.Current.CancellationToken);
        return result;
    }

    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets virtual time pass in small steps until the condition holds.</summary>
    public async Task EventuallyAsync(Func<bool> condition, string what)
    {
        for (var i = 0; i < 2000; i++)
        {
            if (condition())
            {
                return;
            }

            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        }

        Assert.Fail($"It did not come to pass: {what}.");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        File.Delete(keyFile);
    }
}
