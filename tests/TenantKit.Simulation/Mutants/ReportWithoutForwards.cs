using TenantKit.Control;

namespace TenantKit.Simulation.Mutants;

/// <summary>A gateway does not report requests that are at an app.</summary>
internal sealed class ReportWithoutForwards : Mutant
{
    public override string Name => "report-without-forwards";

    public override string Breaks => "a gateway does not report requests that are at an app";

    public override ActivityReport Rewrite(ActivityReport report) =>
        report with { Tenants = [.. report.Tenants.Select(static tenant => tenant with { Forwarding = 0, InFlight = 0 })] };
}
