using System.Collections.Concurrent;
using TenantKit.Control;
using TenantKit.Gateway.Access;
using TenantKit.Routing;

namespace TenantKit.Gateway.Activity;

/// <summary>Counts what each tenant's users do: what keeps it awake, and what a drain waits for.</summary>
/// <remarks>
/// Why no request is lost between the decision to sleep and the stop: a request counts itself as forwarding <em>before</em> it reads the route,
/// and a report reads its revision <em>before</em> the counts. So a report of the revision at which the route fell asleep counts every request
/// that still saw it awake. Waiting requests are in flight, not forwarding: they keep a tenant awake but never hold up its drain.
/// </remarks>
internal sealed class ActivityTracker(IRouteRegistry registry, InstanceReports instances, GatewayName gateway, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TenantCounter> counters = new(StringComparer.Ordinal);

    /// <summary>Asks for a report now instead of at its time.</summary>
    public AsyncSignal ReportWanted { get; } = new();

    /// <summary>Counts a request that begins at a timestamp of the clock, and takes it up among those that go on. An anonymous one is in flight, but no reason to stay awake.</summary>
    public TenantCounter Enter(Exchange exchange, bool keepsAwake, long now)
    {
        var counter = Enter(exchange);
        if (keepsAwake)
        {
            counter.CountRequest();
            counter.Touch(now);
        }

        counter.Open.Add(exchange, now);
        return counter;
    }

    // One that can be entered is the one in the table: it is retired before it is taken out.
    private TenantCounter Enter(Exchange exchange)
    {
        var (caller, tenantId) = (exchange.Caller, exchange.Route.TenantId);
        if (caller?.Lately is { } lately && string.Equals(lately.Route.TenantId, tenantId, StringComparison.Ordinal) && lately.Counter.TryEnter())
        {
            return lately.Counter;
        }

        var counter = Enter(tenantId);
        if (caller is not null)
        {
            caller.Lately = new CallerAtTenant(exchange.Route, counter, null, default);
        }

        return counter;
    }

    private TenantCounter Enter(string tenantId)
    {
        while (true)
        {
            var counter = counters.GetOrAdd(tenantId, static _ => new TenantCounter());
            if (counter.TryEnter())
            {
                return counter;
            }

            counters.TryRemove(KeyValuePair.Create(tenantId, counter));
        }
    }

    public void Leave(TenantCounter counter, Exchange exchange, bool keepsAwake)
    {
        var now = time.GetTimestamp();
        counter.Open.Remove(exchange, now);
        if (keepsAwake)
        {
            counter.Touch(now);
        }

        counter.Leave();
    }

    /// <summary>Ends a forward; the last one of a draining tenant is reported at once.</summary>
    public void EndForward(TenantCounter counter)
    {
        if (counter.EndForward() == 0 && counter.Draining)
        {
            ReportWanted.Set();
        }
    }

    /// <summary>The tenant, or an instance of it, gets no new requests: whoever decided that waits for the report.</summary>
    public void DrainBegan(string tenantId)
    {
        if (counters.TryGetValue(tenantId, out var counter))
        {
            counter.Draining = true;
        }

        ReportWanted.Set();
    }

    public void DrainEnded(string tenantId)
    {
        if (counters.TryGetValue(tenantId, out var counter))
        {
            counter.Draining = false;
        }
    }

    /// <summary>Ends the requests and streams of a tenant that are at an instance.</summary>
    public int CutTenant(string tenantId) =>
        counters.TryGetValue(tenantId, out var counter) ? counter.Open.Cut(static exchange => exchange.AtInstance) : 0;

    /// <summary>Ends the requests and streams of callers of whom a condition is true, whatever they wait for.</summary>
    public int CutCallers(Func<Caller, bool> condition)
    {
        // What was revoked is seen by whoever enters from here on.
        Interlocked.MemoryBarrier();
        var count = 0;
        Func<Exchange, bool> isCut = exchange => exchange.Caller is { } caller && condition(caller);
        foreach (var (_, counter) in counters)
        {
            count += counter.Open.Cut(isCut);
        }

        return count;
    }

    /// <summary>Takes a report; give it back with <see cref="PutBack"/> when it does not arrive.</summary>
    public ActivityReport Take()
    {
        // The epoch first: the table takes over a lower revision before it names the epoch that this is counted in.
        var epoch = registry.Epoch;
        var revision = registry.Revision;
        var tenants = new List<TenantActivity>();
        var (clock, now) = (time.GetUtcNow(), time.GetTimestamp());
        foreach (var (tenantId, counter) in counters)
        {
            var news = counter.TakeNews();
            var inFlight = counter.InFlight;
            if (news || inFlight > 0)
            {
                tenants.Add(new TenantActivity(tenantId, counter.LastAccess is { } last ? clock - time.GetElapsedTime(last, now) : default, inFlight, counter.Forwarding, counter.TakeRequests())
                {
                    AverageInFlight = Math.Round(counter.Open.TakeAverage(time.GetTimestamp()), 3),
                });
            }
            else if (counter.TryRetire())
            {
                counters.TryRemove(KeyValuePair.Create(tenantId, counter));
            }
        }

        return new ActivityReport(gateway.Value, revision, tenants, IsFull: true) { Epoch = epoch, Instances = instances.Take(tenants.Where(static tenant => tenant.InFlight > 0).Select(static tenant => tenant.TenantId)) };
    }

    /// <summary>Counts a lost report's requests again, for the next one.</summary>
    public void PutBack(ActivityReport report)
    {
        foreach (var tenant in report.Tenants)
        {
            if (tenant.Requests > 0 && counters.TryGetValue(tenant.TenantId, out var counter))
            {
                counter.PutBack(tenant.Requests);
            }
        }
    }
}
