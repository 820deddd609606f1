namespace TenantKit.Simulation.Mutants;

/// <summary>A request that writes is repeated like one that reads.</summary>
internal sealed class WriteRepeated : Mutant
{
    public override string Name => "write-repeated";

    public override string Breaks => "a request that writes is repeated like one that reads";

    public override bool RepeatsWrites => true;
}
