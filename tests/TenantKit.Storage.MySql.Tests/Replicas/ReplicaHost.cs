using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantKit.Audit;
using TenantKit.Diagnostics;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Storage.MySql.Tests.Replicas;

/// <summary>A whole control plane in a process of its own. It takes orders on its input, one a line, and answers on its output when they are done.</summary>
internal static class ReplicaHost
{
    public const string Argument = "--replica";

    /// <summary>Settings: connection string of the store, of the runtime, data directory, lease time in seconds.</summary>
    public static async Task RunAsync(string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["TenantKit:DataDirectory"] = settings[2];
        builder.Configuration["TenantKit:LeaseTime"] = $"00:00:{settings[3]}";
        builder.Configuration["TenantKit:ResyncInterval"] = "00:00:02";
        builder.Configuration["TenantKit:MaxBackoff"] = "00:00:02";
        builder.Configuration["TenantKit:IdleTimeout"] = "-00:00:01";
        builder.Logging.AddSimpleConsole(static console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddTenantKit()
            .UseMySql(settings[0], static options => (options.PollInterval, options.MigrateAtStart) = (TimeSpan.FromMilliseconds(100), false))
            .AddTemplate(new Template { Name = "default", Version = 1, Image = "app", CreatedAt = TimeProvider.System.GetUtcNow() });
        builder.Services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(
            provider => new SqlRuntime(settings[1], provider.GetRequiredService<IIdSource>(), provider.GetRequiredService<TimeProvider>())));
        builder.Services.Replace(ServiceDescriptor.Singleton<IInstanceProbe, AlwaysReady>());
        using var host = builder.Build();
        await host.StartAsync();
        await Console.Out.WriteLineAsync("ready");
        var open = new List<Task>();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            open.RemoveAll(static order => order.IsCompleted);
            open.Add(ServeAsync(host.Services, line.Split(' ')));
        }

        await Task.WhenAll(open); // as a server does before it stops
        await host.StopAsync();
    }

    private static async Task ServeAsync(IServiceProvider services, string[] order)
    {
        string answer;
        try
        {
            answer = "ok " + await DoAsync(services, order[1], order[2]);
        }
        catch (Exception exception)
        {
            answer = $"{(exception is ManagementException or NameTakenException ? "refused" : exception is StoreUnavailableException or RevisionConflictException ? "later" : "failed")} {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";
        }

        await Console.Out.WriteLineAsync($"{order[0]} {answer}");
    }

    private static async Task<string> DoAsync(IServiceProvider services, string verb, string subject)
    {
        var manager = services.GetRequiredService<ITenantManager>();
        switch (verb)
        {
            case "create":
                var draft = await manager.DraftCreateAsync(new NewTenant { Name = subject, OwnerUserId = "u-" + subject, OwnerUserName = subject }, Actor.System, CancellationToken.None);
                await services.GetRequiredService<ITenantStore>().CommitAsync(draft.Changes, CancellationToken.None);
                return $"{draft.Tenant.Id} {draft.Operation.Id}";
            case "stop":
                return $"{subject} {(await manager.StopAsync(subject, Actor.System, CancellationToken.None)).Id}";
            case "start":
                return $"{subject} {(await manager.StartAsync(subject, Actor.System, CancellationToken.None)).Id}";
            case "delete":
                return $"{subject} {(await manager.DeleteAsync(subject, Actor.System, CancellationToken.None)).Id}";
            default:
                throw new ArgumentException($"'{verb}' is no order.");
        }
    }

    private sealed class AlwaysReady : IInstanceProbe
    {
        public Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken) => Task.FromResult(ProbeResult.Success);
    }
}
