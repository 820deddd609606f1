namespace TenantKit.Storage;

/// <summary>A tenant changed.</summary>
/// <param name="Revision">The revision of the commit.</param>
/// <param name="TenantId">The tenant, or <see cref="Revocations"/>.</param>
public sealed record ChangeLogEntry(long Revision, string TenantId)
{
    /// <summary>In place of a tenant: the commit holds a <see cref="Users.Revocation"/>. No tenant has such an id.</summary>
    public const string Revocations = "revocations";
}
