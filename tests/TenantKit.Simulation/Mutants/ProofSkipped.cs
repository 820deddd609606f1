namespace TenantKit.Simulation.Mutants;

/// <summary>A connection is not proven: whoever has the address gets the request.</summary>
internal sealed class ProofSkipped : Mutant
{
    public override string Name => "proof-skipped";

    public override string Breaks => "a connection is not proven: whoever has the address gets the request";

    public override bool SkipsProof => true;
}
