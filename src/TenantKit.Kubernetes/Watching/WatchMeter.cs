using System.Diagnostics.Metrics;

namespace TenantKit.Kubernetes.Watching;

/// <summary>What the watches count, under the meter <c>TenantKit.Kubernetes</c>.</summary>
internal sealed class WatchMeter : IDisposable
{
    private readonly Meter meter = new("TenantKit.Kubernetes");

    public WatchMeter()
    {
        Stalls = meter.CreateCounter<long>("tenantkit.kubernetes.watch.stalls", "{stall}", "Watches that told nothing within the bound, by resource.");
        Relists = meter.CreateCounter<long>("tenantkit.kubernetes.watch.relists", "{list}", "Full lists after the server forgot where a watch stood, by resource.");
    }

    public Counter<long> Stalls { get; }

    public Counter<long> Relists { get; }

    public void Dispose() => meter.Dispose();
}
