using TenantKit.Control;

namespace TenantKit.Simulation.Mutants;

/// <summary>A gateway does not report when a tenant was used.</summary>
internal sealed class ReportWithoutAccess : Mutant
{
    public override string Name => "report-without-access";

    public override string Breaks => "a gateway does not report when a tenant was used";

    public override ActivityReport Rewrite(ActivityReport report) =>
        report with { Tenants = [.. report.Tenants.Select(static tenant => tenant with { LastAccessAt = DateTimeOffset.MinValue, InFlight = 0 })] };
}
