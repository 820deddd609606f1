using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Routing.Feed;

namespace TenantKit.Activity;

/// <summary>Takes in the gateways' reports; answers who is busy and who is drained.</summary>
/// <remarks>Thread-safe. A gateway that was silent for longer than its lease is forgotten: nobody waits for it.</remarks>
internal sealed class ActivityTracker(FeedEpoch epoch, TimeProvider time, IOptions<TenantKitOptions> options) : ITenantActivity
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, GatewayActivity> gateways = [];
    private readonly Dictionary<string, (DateTimeOffset At, long ToldAt)> lastAccess = [];
    private readonly HashSet<string> draining = [];
    private long listeningSince = time.GetTimestamp();

    /// <summary>Raised outside the lock for a tenant that waits to be drained and may be so now.</summary>
    public event Action<string>? DrainProgressed;

    public void Take(ActivityReport report)
    {
        string[] progressed;
        var instances = report.Instances.ToLookup(static instance => instance.TenantId);
        lock (gate)
        {
            if (!gateways.TryGetValue(report.GatewayId, out var gateway))
            {
                gateways[report.GatewayId] = gateway = new GatewayActivity();
            }

            gateway.ReportedAt = time.GetTimestamp();
            // As reported, also when it is less: a gateway that was restarted under its name has an older table again.
            gateway.AppliedRevision = report.AppliedRevision;
            gateway.Epoch = report.Epoch;
            if (report.IsFull)
            {
                gateway.Busy.Clear();
                gateway.Load.Clear();
            }

            gateway.Instances = instances;
            foreach (var tenant in report.Tenants)
            {
                if (tenant.InFlight > 0 || tenant.Forwarding > 0)
                {
                    gateway.Busy[tenant.TenantId] = tenant;
                }
                else
                {
                    gateway.Busy.Remove(tenant.TenantId);
                }

                gateway.Load[tenant.TenantId] = tenant.AverageInFlight;
                if (!lastAccess.TryGetValue(tenant.TenantId, out var last) || tenant.LastAccessAt > last.At)
                {
                    lastAccess[tenant.TenantId] = (tenant.LastAccessAt, time.GetTimestamp());
                }
            }

            progressed = draining.Count == 0 ? [] : [.. draining];
        }

        foreach (var tenantId in progressed)
        {
            DrainProgressed?.Invoke(tenantId);
        }
    }

    /// <summary>Says that this replica was not listening for a while: that it heard of no gateway tells nothing about them.</summary>
    public void ListenAnew()
    {
        lock (gate)
        {
            listeningSince = time.GetTimestamp();
        }
    }

    /// <summary>The newest revision of an epoch that a living gateway has applied; 0 when none has.</summary>
    public long HighestApplied(string epoch)
    {
        lock (gate)
        {
            ForgetSilentGateways();
            return gateways.Values.Where(gateway => gateway.Epoch == epoch).Select(static gateway => gateway.AppliedRevision).DefaultIfEmpty().Max();
        }
    }

    public DateTimeOffset? GetLastAccess(string tenantId)
    {
        lock (gate)
        {
            return lastAccess.TryGetValue(tenantId, out var last) ? last.At : null;
        }
    }

    /// <summary>How long ago, on this replica's own clock, a newer access was told of; null when none was.</summary>
    public TimeSpan? GetTimeSinceAccess(string tenantId)
    {
        lock (gate)
        {
            return lastAccess.TryGetValue(tenantId, out var last) ? time.GetElapsedTime(last.ToldAt) : null;
        }
    }

    public int GetInFlight(string tenantId)
    {
        lock (gate)
        {
            ForgetSilentGateways();
            return gateways.Values.Sum(gateway => gateway.Busy.TryGetValue(tenantId, out var activity) ? activity.InFlight : 0);
        }
    }

    /// <summary>Requests in flight at all gateways, each a mean over its last report; null when no gateway is in touch.</summary>
    public double? GetLoad(string tenantId)
    {
        lock (gate)
        {
            ForgetSilentGateways();
            return gateways.Count == 0 ? null : gateways.Values.Sum(gateway => gateway.Load.GetValueOrDefault(tenantId));
        }
    }

    public IReadOnlyList<GatewayTraffic> GetTraffic(string tenantId)
    {
        lock (gate)
        {
            ForgetSilentGateways();
            return
            [
                .. gateways.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(entry =>
                {
                    var busy = entry.Value.Busy.GetValueOrDefault(tenantId);
                    return new GatewayTraffic(
                        entry.Key,
                        time.GetElapsedTime(entry.Value.ReportedAt),
                        entry.Value.AppliedRevision,
                        busy?.InFlight ?? 0,
                        busy?.Forwarding ?? 0,
                        entry.Value.Load.GetValueOrDefault(tenantId),
                        [.. entry.Value.Instances[tenantId]]);
                }),
            ];
        }
    }

    /// <summary>
    /// True when every living gateway has applied the revision that withdrew the tenant's instances and has no request left with one of them.
    /// False marks the tenant, so that <see cref="DrainProgressed"/> tells of the next report.
    /// </summary>
    public bool IsDrained(string tenantId, long withdrawnAt)
    {
        lock (gate)
        {
            ForgetSilentGateways();
            if (time.GetElapsedTime(listeningSince) < options.Value.GatewayGrace)
            {
                // There may be gateways that have not reported here yet.
                draining.Add(tenantId);
                return false;
            }

            foreach (var gateway in gateways.Values)
            {
                if (gateway.AppliedRevision < withdrawnAt || IsOfAnotherEpoch(gateway)
                    || (gateway.Busy.TryGetValue(tenantId, out var activity) && activity.Forwarding > 0))
                {
                    draining.Add(tenantId);
                    return false;
                }
            }

            draining.Remove(tenantId);
            return true;
        }
    }

    // Its revisions are not this store's: the store was put back from a backup, and the gateway has yet to take its routes.
    private bool IsOfAnotherEpoch(GatewayActivity gateway) => gateway.Epoch is { } told && epoch.Current is { } known && told != known;

    /// <summary>Forgets a tenant that is gone.</summary>
    public void Forget(string tenantId)
    {
        lock (gate)
        {
            lastAccess.Remove(tenantId);
            draining.Remove(tenantId);
        }
    }

    private void ForgetSilentGateways()
    {
        foreach (var (id, gateway) in gateways)
        {
            if (time.GetElapsedTime(gateway.ReportedAt) > options.Value.GatewayLease)
            {
                gateways.Remove(id);
            }
        }
    }
}
