namespace TenantKit.Simulation.Mutants;

/// <summary>Data goes with the unit, without its retention.</summary>
internal sealed class DataRemovedWithUnit : Mutant
{
    public override string Name => "data-removed-with-unit";

    public override string Breaks => "data goes with the unit, without its retention";

    public override bool RewriteDeleteData(bool deleteData) => true;
}
