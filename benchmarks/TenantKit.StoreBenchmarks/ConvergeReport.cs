using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MySqlConnector;
using TenantKit.Audit;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Orchestration.InMemory;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Templates;

namespace TenantKit.StoreBenchmarks;

/// <summary>Tenants that one, two and four replicas bring from their creation to running, and what that asks of the database.</summary>
internal static class ConvergeReport
{
    public static async Task RunAsync(string server, int tenants)
    {
        Console.WriteLine("| replicas | tenants | s | tenants/s | statements per tenant | of them writing |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|");
        foreach (var replicas in (int[])[1, 2, 4])
        {
            await using var database = await BenchDatabase.CreateAsync(server);
            await MeasureAsync(server, database, replicas, tenants);
        }
    }

    private static async Task MeasureAsync(string server, BenchDatabase database, int count, int tenants)
    {
        var folder = Directory.CreateTempSubdirectory("tenantkit-converge-").FullName;
        var runtime = new InMemoryOrchestrator();
        var hosts = new List<IHost>();
        for (var number = 0; number < count; number++)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration["TenantKit:DataDirectory"] = Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));
            builder.Configuration["TenantKit:IdleTimeout"] = "-00:00:01";
            builder.Configuration["TenantKit:MaxConcurrentStarts"] = "64";
            builder.Services.AddTenantKit().UseMySql(database.ConnectionString)
                .AddTemplate(new Template { Name = "default", Version = 1, Image = "app", CreatedAt = TimeProvider.System.GetUtcNow() });
            builder.Services.Replace(ServiceDescriptor.Singleton<IContainerOrchestrator>(runtime));
            builder.Services.Replace(ServiceDescriptor.Singleton<IInstanceProbe, AlwaysReady>());
            hosts.Add(builder.Build());
            await hosts[^1].StartAsync();
        }

        await Task.Delay(TimeSpan.FromSeconds(count > 1 ? 10 : 1)); // until the shares are dealt out
        var manager = hosts[0].Services.GetRequiredService<ITenantManager>();
        var store = hosts[0].Services.GetRequiredService<ITenantStore>();
        var (statements, writes) = (Status(server, "Questions"), Writes(server));
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, tenants, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, stop) =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"tenant-{number}");
            var draft = await manager.DraftCreateAsync(new NewTenant { Name = name, OwnerUserId = "u-" + name, OwnerUserName = name }, Actor.System, stop);
            await store.CommitAsync(draft.Changes, stop);
        });
        var own = 0; // looks of the benchmark itself
        using (var connection = new MySqlConnection(database.ConnectionString))
        {
            connection.Open();
            while (true)
            {
                own++;
                using var running = new MySqlCommand("SELECT COUNT(*) FROM tenantkit_tenant_statuses WHERE Phase = 'Running'", connection);
                if (Convert.ToInt32(await running.ExecuteScalarAsync(), CultureInfo.InvariantCulture) == tenants)
                {
                    break;
                }

                await Task.Delay(20);
            }
        }

        var seconds = watch.Elapsed.TotalSeconds;
        var asked = Status(server, "Questions") - statements - own;
        writes = Writes(server) - writes;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {count} | {tenants:N0} | {seconds:0.00} | {tenants / seconds:N0} | {(double)asked / tenants:0.0} | {(double)writes / tenants:0.0} |"));
        foreach (var host in hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static long Writes(string server) => Status(server, "Com_insert") + Status(server, "Com_update") + Status(server, "Com_delete");

    private static long Status(string server, string name)
    {
        using var connection = new MySqlConnection(server);
        connection.Open();
        using var command = new MySqlCommand($"SHOW GLOBAL STATUS LIKE '{name}'", connection);
        using var reader = command.ExecuteReader();
        reader.Read();
        return long.Parse(reader.GetString(1), CultureInfo.InvariantCulture);
    }

    private sealed class AlwaysReady : IInstanceProbe
    {
        public Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken) => Task.FromResult(ProbeResult.Success);
    }
}
