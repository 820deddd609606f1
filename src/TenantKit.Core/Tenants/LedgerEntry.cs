using TenantKit.Storage;

namespace TenantKit.Tenants;

/// <summary>
/// A promise that an external object may exist. Written before the call that creates the object and removed
/// only after its absence was seen, so that nothing outside can exist unknown to the store.
/// </summary>
public sealed record LedgerEntry : IStoreRecord
{
    /// <summary>The tenant that owns the object.</summary>
    public required string TenantId { get; init; }

    /// <summary>What kind of object.</summary>
    public required LedgerKind Kind { get; init; }

    /// <summary>The object's deterministic external name.</summary>
    public required string Name { get; init; }

    /// <summary>When the intent was recorded (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => TenantId + "/" + Kind;
}
