using TenantKit.Operations;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Storage;

/// <summary>Which tenants a change set has a change-log row for.</summary>
public static class ChangedTenants
{
    /// <summary>The ids of the tenants that a <see cref="Tenant"/>, <see cref="TenantStatus"/>, <see cref="Instance"/> or <see cref="Operation"/> of the set belongs to, each once, and <see cref="ChangeLogEntry.Revocations"/> for a new <see cref="Revocation"/>.</summary>
    /// <param name="changes">The change set.</param>
    /// <returns>The ids, in order of their first write.</returns>
    public static IReadOnlyList<string> Of(ChangeSet changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var ids = new List<string>(1);
        foreach (var write in changes.Writes)
        {
            var id = write.Record switch
            {
                Tenant tenant => tenant.Id,
                TenantStatus status => status.TenantId,
                Instance instance => instance.TenantId,
                Operation operation => operation.TenantId,
                Revocation when !write.IsDelete => ChangeLogEntry.Revocations,
                _ => null,
            };
            if (id is not null && !ids.Contains(id, StringComparer.Ordinal))
            {
                ids.Add(id);
            }
        }

        return ids;
    }
}
