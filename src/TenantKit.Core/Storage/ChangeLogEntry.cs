namespace TenantKit.Storage;

/// <summary>A tenant changed.</summary>
/// <param name="Revision">The revision of the commit.</param>
/// <param name="TenantId">The tenant.</param>
public sealed record ChangeLogEntry(long Revision, string TenantId);
