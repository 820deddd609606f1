using TenantKit.Audit;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Storage.InMemory;

/// <summary>What the filters of the lists let through.</summary>
internal static class MemoryFilters
{
    /// <summary>The tenants that can match, in order of id: not all of them when one is named.</summary>
    public static IEnumerable<Tenant> Candidates(MemoryTables tables, TenantFilter filter, string? after)
    {
        if (filter.TenantId is null)
        {
            return tables.Tenants.After(after);
        }

        return tables.Tenants.Find(filter.TenantId) is { } tenant && string.CompareOrdinal(tenant.Id, after) > 0 ? [tenant] : [];
    }

    public static bool Matches(TenantFilter filter, TenantState state) =>
        (filter.Name is null || state.Tenant.Name == filter.Name) &&
        (filter.OwnerUserId is null || state.Tenant.OwnerUserId == filter.OwnerUserId) &&
        (filter.Phase is null ? state.Status.Phase != TenantPhase.Deleted : state.Status.Phase == filter.Phase);

    public static bool Matches(UserFilter filter, User user) =>
        user.DeletedAt is null &&
        (filter.UserName is null || user.NormalizedUserName == filter.UserName.ToUpperInvariant()) &&
        (filter.NamePrefix is null || user.NormalizedUserName.StartsWith(filter.NamePrefix.ToUpperInvariant(), StringComparison.Ordinal)) &&
        (filter.Role is null || user.Role == filter.Role) &&
        (filter.TenantId is null || user.TenantId == filter.TenantId) &&
        (filter.CreatedAfter is null || user.CreatedAt > filter.CreatedAfter) &&
        (filter.CreatedBefore is null || user.CreatedAt < filter.CreatedBefore);

    public static bool Matches(AuditFilter filter, AuditEntry entry) =>
        (filter.Actor is null || entry.Actor == filter.Actor) &&
        (filter.Action is null || entry.Action == filter.Action) &&
        (filter.Target is null || entry.Target == filter.Target) &&
        (filter.Outcome is null || entry.Outcome == filter.Outcome) &&
        (filter.From is null || entry.At >= filter.From) &&
        (filter.To is null || entry.At < filter.To);
}
