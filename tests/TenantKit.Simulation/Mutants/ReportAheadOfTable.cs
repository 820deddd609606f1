using TenantKit.Control;

namespace TenantKit.Simulation.Mutants;

/// <summary>A gateway reports revisions that it has not applied.</summary>
internal sealed class ReportAheadOfTable : Mutant
{
    public override string Name => "report-ahead-of-table";

    public override string Breaks => "a gateway reports revisions that it has not applied";

    public override ActivityReport Rewrite(ActivityReport report) => report with { AppliedRevision = long.MaxValue };
}
