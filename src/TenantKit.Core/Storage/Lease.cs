namespace TenantKit.Storage;

/// <summary>
/// A right that one replica of the control plane holds at a time, such as to act for a share of the tenants. The row has no moment of
/// expiry: that a holder is gone is seen from its own row not being renewed, on the clock of the one who looks, so that clocks need not agree.
/// </summary>
public sealed record Lease : IStoreRecord
{
    /// <summary>What is held; unique. Lower case, at most 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The replica that holds it; null when nobody does. At most 100 characters.</summary>
    public string? Holder { get; init; }

    /// <summary>The fencing token: grows by one with each change of holder, never shrinks.</summary>
    public long Token { get; init; }

    /// <summary>When it was last written, on the writer's clock (UTC): for people, nothing is decided by it.</summary>
    public required DateTimeOffset RenewedAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => Name;
}
