using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Mutants;

namespace TenantKit.Simulation.Running;

/// <summary>What to run.</summary>
/// <param name="Seed">The seed.</param>
internal sealed record RunRequest(ulong Seed)
{
    public Mutant Mutant { get; init; } = Mutant.None;

    public bool KeepJournal { get; init; }

    /// <summary>Fault classes to leave out; for shrinking.</summary>
    public IReadOnlySet<FaultKind>? Without { get; init; }

    /// <summary>Fault classes to have and no other; null for those that the seed draws.</summary>
    public IReadOnlySet<FaultKind>? Only { get; init; }

    public int? Tenants { get; init; }

    public TimeSpan? Duration { get; init; }
}
