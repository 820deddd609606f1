using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Planning;

/// <summary>What a pass does: first it records, then it has at most one effect.</summary>
internal sealed record Plan
{
    /// <summary>The status to record.</summary>
    public required TenantStatus Status { get; init; }

    /// <summary>The instances to record; stored ones that are missing here are removed.</summary>
    public IReadOnlyList<Instance> Instances { get; init; } = [];

    /// <summary>What the ledger must hold before the effect.</summary>
    public IReadOnlySet<LedgerKind> Ledger { get; init; } = new HashSet<LedgerKind>();

    /// <summary>The effect after the record is committed.</summary>
    public EffectKind Effect { get; init; }

    /// <summary>Name of the operation step that the pass belongs to; null when people need not know.</summary>
    public string? Step { get; init; }

    /// <summary>When to look again without being told; null when only a change can make a difference.</summary>
    public TimeSpan? Requeue { get; init; }

    /// <summary>How open operations end with this record.</summary>
    public PlanOutcome Outcome { get; init; }

    /// <summary>True when the tenant no longer takes part in a start.</summary>
    public bool LeavesStart { get; init; } = true;

    /// <summary>True when the tenant has instances that start: it uses a place, whether or not it was given one.</summary>
    public bool IsStarting { get; init; }

    /// <summary>True when the sleep must be taken back: somebody is still using the tenant.</summary>
    public bool CancelsSleep { get; init; }
}
