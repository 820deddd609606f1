using System.Diagnostics.Metrics;

namespace TenantKit.Diagnostics;

/// <summary>The instruments of the control plane, under the meter <c>TenantKit</c>.</summary>
internal sealed class TenantKitMeter : IDisposable
{
    public const string Name = "TenantKit";
    private readonly Meter meter = new(Name);

    public TenantKitMeter()
    {
        Passes = meter.CreateCounter<long>("tenantkit.reconcile.passes", "{pass}", "Passes of the control loop, by result.");
        PassDuration = meter.CreateHistogram<double>("tenantkit.reconcile.duration", "s", "Duration of a pass of the control loop.");
        Operations = meter.CreateCounter<long>("tenantkit.operations", "{operation}", "Operations that ended, by kind and state.");
        Strays = meter.CreateCounter<long>("tenantkit.sweep.strays", "{unit}", "Units found without a tenant.");
    }

    public Counter<long> Passes { get; }

    public Histogram<double> PassDuration { get; }

    public Counter<long> Operations { get; }

    public Counter<long> Strays { get; }

    public void ObserveQueue(Func<int> depth) =>
        meter.CreateObservableGauge("tenantkit.reconcile.queue", depth, "{tenant}", "Tenants that wait for a worker.");

    public void Dispose() => meter.Dispose();
}
