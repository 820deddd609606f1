using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Activity;
using TenantKit.Autoscaling;
using TenantKit.Reconciliation;
using TenantKit.Reconciliation.Queue;
using TenantKit.Routing;
using TenantKit.Routing.Feed;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Hosting;

/// <summary>
/// Follows the change log and tells everybody in this process: the routes, the idle deadlines and the control loop. At start it reads
/// everything once, then only what changed.
/// </summary>
internal sealed partial class ChangeFollower(
    ITenantStore store, TemplateCache templates, RouteDerivation derivation, RouteBook book, IdleMonitor idle, Autoscaler autoscaler, ReconcileQueue queue,
    RestlessTenants restless, ActivityTracker activity, TimeProvider time, IOptions<TenantKitOptions> options, ILogger<ChangeFollower> logger)
{
    private const int BatchSize = 1_000;
    private const int LoadedTogether = 64;
    private long seen;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var from = await store.GetRevisionAsync(cancellationToken);
        List<Route> routes = [];
        await foreach (var state in store.ReadAllAsync(cancellationToken))
        {
            var template = await templates.GetAsync(state.Tenant, cancellationToken);
            routes.Add(derivation.Derive(state, template, from));
            idle.Track(state, template);
            autoscaler.Track(state, template);
            if (restless.Track(state))
            {
                queue.Add(state.Tenant.Id, IntentOrigin.Background);
            }
        }

        book.Load(routes, await store.ListRevocationsAsync(0, cancellationToken), from);
        seen = from;
    }

    public async Task FollowAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var entries = await store.ReadAsync(seen, BatchSize, stopping);
                if (entries.Count > 0)
                {
                    await TakeAsync(entries, stopping);
                }

                if (entries.Count < BatchSize)
                {
                    // Nothing more was there, or the next revision did not fit, of which the store knows: then this does not wait.
                    await store.WaitAsync(seen, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionExpiredException exception)
            {
                // This replica was away for so long that the log was trimmed: what it has missed is not in it any more.
                LogListsAnew(exception, seen);
                await ReloadAsync(stopping);
            }
            catch (Exception exception)
            {
                LogFollowFailed(exception, seen);
                await Task.Delay(options.Value.MinBackoff, time, stopping).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReloadAsync(CancellationToken stopping)
    {
        try
        {
            await LoadAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end: whoever called asks for it himself.
        }
        catch (Exception exception)
        {
            // The next read expires again, and so this is repeated.
            LogFollowFailed(exception, seen);
            await Task.Delay(options.Value.MinBackoff, time, stopping).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TakeAsync(IReadOnlyList<ChangeLogEntry> entries, CancellationToken stopping)
    {
        var upTo = entries[^1].Revision;
        List<Route> routes = [];
        IReadOnlyList<Revocation> revoked = [];
        if (entries.Any(static entry => entry.TenantId == ChangeLogEntry.Revocations))
        {
            revoked = await store.ListRevocationsAsync(seen, stopping);
        }

        foreach (var state in await LoadAsync(entries.Select(static entry => entry.TenantId).Distinct(), stopping))
        {
            var template = await templates.GetAsync(state.Tenant, stopping);
            routes.Add(derivation.Derive(state, template, upTo));
            idle.Track(state, template);
            autoscaler.Track(state, template);
            if (restless.Track(state))
            {
                queue.Add(state.Tenant.Id, state.Tenant.Origin);
            }
            else if (state.Status.Phase == TenantPhase.Deleted)
            {
                activity.Forget(state.Tenant.Id);
            }
        }

        book.Publish(routes, revoked, upTo);
        seen = upTo;
    }

    /// <summary>The states of those that are there, some at a time.</summary>
    private async Task<IEnumerable<TenantState>> LoadAsync(IEnumerable<string> tenantIds, CancellationToken stopping)
    {
        var found = new List<TenantState>();
        foreach (var some in tenantIds.Where(static id => id != ChangeLogEntry.Revocations).Chunk(LoadedTogether))
        {
            found.AddRange(await store.LoadStatesAsync(some, stopping));
        }

        return found;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The changes after revision {Revision} are no longer kept; everything is read anew.")]
    private partial void LogListsAnew(Exception exception, long revision);

    [LoggerMessage(Level = LogLevel.Error, Message = "Following the change log failed after revision {Revision}; it is repeated.")]
    private partial void LogFollowFailed(Exception exception, long revision);
}
