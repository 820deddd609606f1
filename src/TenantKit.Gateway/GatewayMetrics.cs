using System.Diagnostics.Metrics;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway;

/// <summary>The instruments of the meter <c>TenantKit.Gateway</c>. No tag names a tenant: their number has no bound.</summary>
internal sealed class GatewayMetrics
{
    public const string MeterName = "TenantKit.Gateway";

    private readonly Counter<long> refusals;
    private readonly Counter<long> forwards;
    private readonly Counter<long> retries;
    private readonly Counter<long> refusedRetries;
    private readonly Counter<long> wakes;
    private readonly Counter<long> lists;
    private readonly Counter<long> losses;
    private readonly Counter<long> ejections;
    private readonly Counter<long> cuts;
    private readonly Histogram<double> held;

    public GatewayMetrics(IMeterFactory meters, IRouteRegistry registry)
    {
        var meter = meters.Create(MeterName);
        refusals = meter.CreateCounter<long>("tenantkit.gateway.refusals", "{request}", "Requests the gateway answered by itself.");
        forwards = meter.CreateCounter<long>("tenantkit.gateway.forwards", "{request}", "Requests given to an instance.");
        retries = meter.CreateCounter<long>("tenantkit.gateway.retries", "{request}", "Requests given to an instance again.");
        refusedRetries = meter.CreateCounter<long>("tenantkit.gateway.retries.refused", "{request}", "Requests that were not given to an instance again because their tenant's budget was spent.");
        wakes = meter.CreateCounter<long>("tenantkit.gateway.wakes", "{wake}", "Wakes asked of the control plane.");
        lists = meter.CreateCounter<long>("tenantkit.gateway.feed.lists", "{list}", "Whole lists of routes applied.");
        losses = meter.CreateCounter<long>("tenantkit.gateway.feed.losses", "{loss}", "Times the route feed broke.");
        ejections = meter.CreateCounter<long>("tenantkit.gateway.ejections", "{ejection}", "Instances left out for a while because of how they answered.");
        cuts = meter.CreateCounter<long>("tenantkit.gateway.cuts", "{request}", "Requests and streams that were cut off because they may no longer go on.");
        held = meter.CreateHistogram<double>("tenantkit.gateway.held", "s", "Time requests waited for their tenant to become ready.");
        meter.CreateObservableGauge("tenantkit.gateway.routes", () => registry.Count, "{route}", "Routes in the table.");
        meter.CreateObservableGauge("tenantkit.gateway.revision", () => registry.Revision, "{revision}", "Newest route revision applied.");
    }

    public void Refused(string code) => refusals.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Forwarded() => forwards.Add(1);

    public void Retried() => retries.Add(1);

    public void RetryRefused() => refusedRetries.Add(1);

    public void Ejected(EjectionReason reason) => ejections.Add(1, new KeyValuePair<string, object?>("reason", reason switch
    {
        EjectionReason.ConsecutiveFailures => "consecutive_failures",
        EjectionReason.ErrorRate => "error_rate",
        _ => "trial_failed",
    }));

    public void Cut(int count, string reason) => cuts.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void Woke() => wakes.Add(1);

    public void FeedListed() => lists.Add(1);

    public void FeedLost() => losses.Add(1);

    public void Held(TimeSpan time) => held.Record(time.TotalSeconds);
}
