using TenantKit.Reconciliation.Planning;

namespace TenantKit.Simulation.Mutants;

/// <summary>Deleted data is due at once.</summary>
internal sealed class RetentionSkipped : PlanMutant
{
    public override string Name => "retention-skipped";

    public override string Breaks => "deleted data is due at once";

    protected override TenantView Change(TenantView view) => view with { Options = WithoutRetention(view.Options) };

    private static TenantKitOptions WithoutRetention(TenantKitOptions options) => new()
    {
        DrainTimeout = options.DrainTimeout, MinBackoff = options.MinBackoff, MaxBackoff = options.MaxBackoff, DataRetention = TimeSpan.Zero,
    };
}
