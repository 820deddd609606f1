namespace TenantKit.Simulation.Mutants;

/// <summary>Whoever is signed in may enter every tenant.</summary>
internal sealed class EverybodyMayEnter : Mutant
{
    public override string Name => "everybody-may-enter";

    public override string Breaks => "whoever is signed in may enter every tenant";

    public override bool LetsEverybodyIn => true;
}
