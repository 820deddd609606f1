namespace TenantKit.Storage.EntityFrameworkCore.Model;

/// <summary>The single row that counts commits. Whoever writes it holds off every other writer until it commits.</summary>
internal sealed class StoreRevision
{
    /// <summary>The id of the only row.</summary>
    public const int OnlyId = 1;

    public int Id { get; init; }

    /// <summary>The newest committed revision.</summary>
    public long Value { get; init; }

    /// <summary>The newest revision whose changes are no longer kept; 0 while all are.</summary>
    public long Trimmed { get; init; }
}
