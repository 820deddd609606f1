namespace TenantKit.Simulation.Mutants;

/// <summary>A gateway that knows nothing yet takes that for all there is.</summary>
internal sealed class EmptyTableTrusted : RegistryMutant
{
    public override string Name => "empty-table-trusted";

    public override string Breaks => "a gateway that knows nothing yet takes that for all there is";

    protected override bool IsSynced(bool isSynced) => true;
}
