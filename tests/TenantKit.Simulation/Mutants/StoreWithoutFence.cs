using TenantKit.Simulation.Parts;
using TenantKit.Storage;

namespace TenantKit.Simulation.Mutants;

/// <summary>Commits of the control loop no longer depend on its lease.</summary>
internal sealed class StoreWithoutFence : Mutant
{
    public override string Name => "store-without-fence";

    public override string Breaks => "commits of the control loop no longer depend on its lease";

    public override ChangeSet? Rewrite(ChangeSet changes, Actor actor) => ChangeSets.Copy(changes, fences: false);
}
