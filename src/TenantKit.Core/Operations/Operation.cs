using TenantKit.Storage;

namespace TenantKit.Operations;

/// <summary>A durable, stepwise change that people can follow.</summary>
public sealed record Operation : IStoreRecord
{
    /// <summary>ULID, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>What is being done; see <see cref="OperationKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The tenant it is done to.</summary>
    public required string TenantId { get; init; }

    /// <summary>The user it concerns; null when it concerns the tenant as a whole.</summary>
    public string? UserId { get; init; }

    /// <summary>Who asked: a user id or <c>system</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>Where it stands.</summary>
    public OperationState State { get; init; } = OperationState.Pending;

    /// <summary>Ends when the tenant's status reached this generation.</summary>
    public required long TargetGeneration { get; init; }

    /// <summary>What was done so far, oldest first.</summary>
    public IReadOnlyList<OperationStep> Steps { get; init; } = [];

    /// <summary>Why it failed, as a code; null otherwise.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Why it failed, in words; null otherwise.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When it was asked for (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended (UTC); null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => Id;
}
