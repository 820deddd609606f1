using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;

namespace TenantKit.Storage.MySql.Retention;

/// <summary>Removes now and then what is too old. Replicas take turns as it comes: one that finds another at it leaves it to that one.</summary>
internal sealed partial class RetentionWorker(
    ITenantStore store, MySqlStoreProvider provider, IOptions<MySqlStoreOptions> options, TimeProvider time, IRandomSource random,
    ILogger<RetentionWorker> logger, IMeterFactory? meters = null) : BackgroundService
{
    private readonly Counter<long>? removed = meters?.Create("TenantKit").CreateCounter<long>(
        "tenantkit.store.removed", "{row}", "Rows that were removed because they were too old, by what they were.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = options.Value.Retention.Interval;
        if (store is not MySqlTenantStore || interval <= TimeSpan.Zero)
        {
            return; // another store was set after this one
        }

        var sweep = new RetentionSweep(provider, options.Value.Retention, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(interval * (0.9 + (random.NextDouble() * 0.2)), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                Count(await sweep.RunAsync(stoppingToken).ConfigureAwait(false));
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(exception);
            }
        }
    }

    private void Count(IReadOnlyDictionary<string, long>? rows)
    {
        foreach (var (what, count) in rows ?? new Dictionary<string, long>())
        {
            if (count > 0)
            {
                removed?.Add(count, new KeyValuePair<string, object?>("what", what));
                LogRemoved(count, what);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} rows that were too old ({What}).")]
    private partial void LogRemoved(long count, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removing old rows broke off; the next round goes on with it.")]
    private partial void LogFailed(Exception exception);
}
