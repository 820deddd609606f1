using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TenantKit.Diagnostics;
using TenantKit.Gateway.Access;
using TenantKit.Routing;
using TenantKit.Storage;

namespace TenantKit.Gateway.Routing;

/// <summary>Keeps the table of routes in step with the control plane: lists once, then follows by revision, and lists again only when told to.</summary>
/// <remarks>While the control plane is away the table stays as it was, and requests go on being answered from it.</remarks>
internal sealed partial class RouteFollower(
    IRouteFeed feed, IRouteRegistry registry, RevocationTable revocations, SnapshotKeeper snapshot, FeedStatus status, IRandomSource random, TimeProvider time, GatewayMetrics metrics,
    ILogger<RouteFollower> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>The whole of it, on the caller's scheduler.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        var listed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!listed)
                {
                    var list = await feed.ListAsync(stoppingToken);
                    listed = Take(list);
                }

                if (!listed)
                {
                    await PauseAsync(++failures, stoppingToken);
                    continue;
                }

                await foreach (var changes in feed.WatchAsync(registry.Revision, stoppingToken))
                {
                    if (IsOtherEpoch(changes))
                    {
                        listed = false;
                        break;
                    }

                    revocations.Apply(changes);
                    registry.Apply(changes);
                    status.IsBroken = false;
                    failures = 0;
                }

                failures++; // A stream that ends by itself is a lost connection.
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionExpiredException)
            {
                listed = false;
                failures++;
            }
            catch (Exception exception)
            {
                failures++;
                LogLost(registry.Revision, exception);
            }

            status.IsBroken = true;
            metrics.FeedLost();
            await PauseAsync(failures, stoppingToken);
        }
    }

    /// <summary>
    /// A list older than the table comes from a replica that lags behind: tenants it does not know yet must not vanish. Unless the store itself is
    /// older: then it was put back from a backup.
    /// </summary>
    private bool Take(RouteList list)
    {
        if (list.Revision < registry.Revision)
        {
            if (!IsOtherEpoch(list) || !(list.StoreRevision < registry.Revision))
            {
                LogOlder(list.Revision, registry.Revision);
                return false;
            }

            LogPutBack(list.Revision, registry.Revision);
        }

        revocations.Replace(list);
        registry.Replace(list);
        status.IsBroken = false;
        snapshot.Heard();
        metrics.FeedListed();
        LogListed(list.Routes.Count, list.Revision);
        return true;
    }

    private bool IsOtherEpoch(RouteList told) => told.Epoch is not null && registry.Epoch is { } known && known != told.Epoch;

    private async Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        var longest = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, failures - 1), LongestPause.TotalMilliseconds);
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(longest * (0.5 + (random.NextDouble() / 2))), time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The gateway knows {Count} tenants at revision {Revision}.")]
    private partial void LogListed(int count, long revision);

    [LoggerMessage(3, LogLevel.Information, "The control plane listed routes of revision {Revision}, older than the table's {Known}; it is asked again.")]
    private partial void LogOlder(long revision, long known);

    [LoggerMessage(4, LogLevel.Warning, "The control plane's store is of revision {Revision}, older than the table's {Known}: it was put back from a backup. The gateway takes its routes as they are now.")]
    private partial void LogPutBack(long revision, long known);

    [LoggerMessage(2, LogLevel.Warning, "The route feed broke after revision {Revision}; the gateway serves from its table and tries again.")]
    private partial void LogLost(long revision, Exception exception);
}
