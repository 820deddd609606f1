using TenantKit.Storage;

namespace TenantKit.Tenants;

/// <summary>What was last observed of a tenant. Written by the control loop; a new intent only clears its failures.</summary>
public sealed record TenantStatus : IStoreRecord
{
    /// <summary>The tenant.</summary>
    public required string TenantId { get; init; }

    /// <summary>The phase.</summary>
    public TenantPhase Phase { get; init; } = TenantPhase.Pending;

    /// <summary>A machine-readable cause of the phase, such as <c>crash_loop</c>; see <see cref="StatusReasons"/>.</summary>
    public string Reason { get; init; } = StatusReasons.None;

    /// <summary>The cause in words, for people; null when the phase explains itself.</summary>
    public string? Message { get; init; }

    /// <summary>The newest <see cref="Tenant.Generation"/> that was fully reached.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>The newest <see cref="Tenant.Generation"/> that the orchestrator accepted; greater than or equal to what is observed.</summary>
    public long AppliedGeneration { get; init; }

    /// <summary>Effects that failed in a row; 0 after a success.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>When the next try is due (UTC); null when none waits.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>When the phase or reason last changed (UTC).</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>When a request last reached the tenant (UTC); written lazily, at sleep and at most once a minute.</summary>
    public DateTimeOffset? LastAccessAt { get; init; }

    /// <summary>True once the unit existed; tells <c>provisioning</c> from <c>starting</c>.</summary>
    public bool Provisioned { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => TenantId;
}
