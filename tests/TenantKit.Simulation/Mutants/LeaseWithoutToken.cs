using TenantKit.Simulation.Parts;
using TenantKit.Storage;

namespace TenantKit.Simulation.Mutants;

/// <summary>Taking a lease over does not raise its token.</summary>
internal sealed class LeaseWithoutToken : Mutant
{
    public override string Name => "lease-without-token";

    public override string Breaks => "taking a lease over does not raise its token";

    public override ChangeSet? Rewrite(ChangeSet changes, Actor actor) =>
        ChangeSets.Copy(changes, static write => write.Record is Lease { Token: > 0 } lease ? lease with { Token = 1 } : write.Record);
}
