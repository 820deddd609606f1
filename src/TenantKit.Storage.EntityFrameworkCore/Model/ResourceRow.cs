namespace TenantKit.Storage.EntityFrameworkCore.Model;

/// <summary>An item of the resource library.</summary>
internal sealed class ResourceRow
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Kind { get; init; }

    public string? Category { get; init; }

    public string? Purpose { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public int Version { get; init; }

    public long SizeBytes { get; init; }

    /// <summary>SHA-256 of the content, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public long Revision { get; init; }
}
