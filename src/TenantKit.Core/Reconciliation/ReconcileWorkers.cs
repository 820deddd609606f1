using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Activity;
using TenantKit.Diagnostics;
using TenantKit.Leases;
using TenantKit.Orchestration;
using TenantKit.Reconciliation.Planning;
using TenantKit.Reconciliation.Queue;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>The workers of the control loop. A pass that fails costs only its own tenant a wait; no failure ends a worker.</summary>
internal sealed partial class ReconcileWorkers
{
    private readonly ReconcileQueue queue;
    private readonly TenantReconciler reconciler;
    private readonly ShardLeases leases;
    private readonly StartLimiter starts;
    private readonly BackoffClock waits;
    private readonly DrainClock drains;
    private readonly TimeProvider time;
    private readonly TenantKitMeter meter;
    private readonly IOptions<TenantKitOptions> options;
    private readonly ILogger<ReconcileWorkers> logger;
    private readonly Backoff backoff;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (int Count, long At)> errors = new();

    public ReconcileWorkers(
        ReconcileQueue queue, TenantReconciler reconciler, ShardLeases leases, StartLimiter starts, BackoffClock waits, DrainClock drains, ActivityTracker activity, TimeProvider time, IRandomSource random,
        TenantKitMeter meter, IOptions<TenantKitOptions> options, ILogger<ReconcileWorkers> logger)
    {
        this.queue = queue;
        this.reconciler = reconciler;
        this.leases = leases;
        this.starts = starts;
        this.waits = waits;
        this.drains = drains;
        this.time = time;
        this.meter = meter;
        this.options = options;
        this.logger = logger;
        backoff = new Backoff(options.Value, random);
        activity.DrainProgressed += tenantId => queue.Add(tenantId, IntentOrigin.Wake);
        meter.ObserveQueue(() => queue.Count);
    }

    public Task RunAsync(CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Workers).Select(_ => WorkAsync(stopping)));

    private async Task WorkAsync(CancellationToken stopping)
    {
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            string tenantId;
            try
            {
                tenantId = await queue.TakeAsync(stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var started = time.GetTimestamp();
            var (again, result) = await PassAsync(tenantId, stopping);
            meter.Passes.Add(1, new KeyValuePair<string, object?>("result", result));
            meter.PassDuration.Record(time.GetElapsedTime(started).TotalSeconds);
            queue.Done(tenantId);
            if (again is { } wait && !stopping.IsCancellationRequested)
            {
                queue.AddAfter(tenantId, wait);
            }
        }
    }

    private async Task<(TimeSpan? Again, string Result)> PassAsync(string tenantId, CancellationToken stopping)
    {
        if (errors.TryGetValue(tenantId, out var last) && options.Value.MinBackoff - time.GetElapsedTime(last.At) is { Ticks: > 0 } left)
        {
            // A change that was told of meanwhile must not make a failed pass repeat itself at once.
            return (left, "waits");
        }

        if (!leases.TryEnter(tenantId, out var fence))
        {
            return WithoutLease(tenantId);
        }

        try
        {
            var again = await reconciler.ReconcileAsync(tenantId, fence, stopping);
            errors.TryRemove(tenantId, out _);
            return (again, "done");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return (null, "stopped");
        }
        catch (RevisionConflictException)
        {
            return (TimeSpan.Zero, "conflict");
        }
        catch (Exception exception) when (exception is LeaseLostException or StaleTokenException)
        {
            return WithoutLease(tenantId);
        }
        catch (Exception exception)
        {
            var (count, _) = errors.AddOrUpdate(tenantId, static (_, now) => (1, now), static (_, known, now) => (known.Count + 1, now), time.GetTimestamp());
            var wait = backoff.After(count + 1);
            LogPassFailed(exception, tenantId, wait);
            return (wait, "error");
        }
        finally
        {
            leases.Leave(tenantId);
            if (!leases.IsHeld(Shards.Of(tenantId)))
            {
                // Whatever turn it took in this pass, it starts at another replica now.
                starts.Leave(tenantId);
            }
        }
    }

    private (TimeSpan? Again, string Result) WithoutLease(string tenantId)
    {
        if (leases.IsHeld(Shards.Of(tenantId)))
        {
            // Held, as far as anybody knows, but not renewed in time or on its way to another: this replica waits until it is sure.
            return (options.Value.MinBackoff, "not_sure");
        }

        // Another replica acts for it; should this one come to, it looks then.
        starts.Leave(tenantId);
        waits.Forget(tenantId);
        drains.Forget(tenantId);
        return (null, "not_held");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A pass over tenant {TenantId} failed; next try in {Wait}.")]
    private partial void LogPassFailed(Exception exception, string tenantId, TimeSpan wait);
}
