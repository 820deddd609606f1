using Microsoft.AspNetCore.Identity;
using TenantKit.Admin.Http;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>Lists users: from the built-in store by its index, from another one by Identity's <see cref="IQueryableUserStore{TUser}"/>.</summary>
internal sealed class UserDirectory(IUserStore<TenantKitUser> store, IUserReader reader)
{
    private const int PageSize = 500;

    public async Task<Page<TenantKitUser>> ListAsync(UserFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        if (UserWriteContext.Joins(store))
        {
            var users = await reader.ListUsersAsync(filter, page, cancellationToken).ConfigureAwait(false);
            return new Page<TenantKitUser>([.. users.Items.Select(UserMapping.ToIdentity)], users.Next);
        }

        var items = Filter(Queryable(), filter)
            .Where(user => page.After == null || string.Compare(user.Id, page.After) > 0)
            .OrderBy(user => user.Id)
            .Take(page.Limit + 1)
            .ToList();
        return items.Count > page.Limit
            ? new Page<TenantKitUser>(items[..page.Limit], items[page.Limit - 1].Id)
            : new Page<TenantKitUser>(items, null);
    }

    /// <summary>An administrator who may sign in, other than the one named; null when there is none.</summary>
    public Task<TenantKitUser?> FindActiveAdministratorAsync(string? exceptId, CancellationToken cancellationToken) =>
        FindAsync(new UserFilter { Role = UserRole.Administrator }, user => user.MaySignIn && user.Id != exceptId, cancellationToken);

    /// <summary>A living user of a tenant, other than the one named; null when there is none.</summary>
    public Task<TenantKitUser?> FindLivingOfTenantAsync(string tenantId, string exceptId, CancellationToken cancellationToken) =>
        FindAsync(new UserFilter { TenantId = tenantId }, user => user.DeletedAt is null && user.Id != exceptId, cancellationToken);

    private async Task<TenantKitUser?> FindAsync(UserFilter filter, Func<TenantKitUser, bool> condition, CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = await ListAsync(filter, new PageRequest(PageSize, after), cancellationToken).ConfigureAwait(false);
            if (page.Items.FirstOrDefault(condition) is { } found)
            {
                return found;
            }

            after = page.Next;
        }
        while (after is not null);
        return null;
    }

    private IQueryable<TenantKitUser> Queryable() => store is IQueryableUserStore<TenantKitUser> queryable
        ? queryable.Users
        : throw new ApiException(501, "user_list_unsupported", "The user store of this host cannot list users. It would have to implement IQueryableUserStore<TenantKitUser>.");

    private static IQueryable<TenantKitUser> Filter(IQueryable<TenantKitUser> users, UserFilter filter)
    {
        users = users.Where(user => user.DeletedAt == null);
        if (filter.UserName?.ToUpperInvariant() is { } name)
        {
            users = users.Where(user => user.NormalizedUserName == name);
        }

        if (filter.NamePrefix?.ToUpperInvariant() is { } prefix)
        {
            users = users.Where(user => user.NormalizedUserName.StartsWith(prefix));
        }

        if (filter.Role is { } role)
        {
            users = users.Where(user => user.Role == role);
        }

        if (filter.TenantId is { } tenantId)
        {
            users = users.Where(user => user.TenantId == tenantId);
        }

        if (filter.CreatedAfter is { } after)
        {
            users = users.Where(user => user.CreatedAt > after);
        }

        return filter.CreatedBefore is { } before ? users.Where(user => user.CreatedAt < before) : users;
    }
}
