using Microsoft.EntityFrameworkCore;
using TenantKit.Storage.EntityFrameworkCore.Model;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Users;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>A page of living users.</summary>
internal static class UserListQuery
{
    private static readonly UserFilter Everybody = new();

    public static Task<Page<User>> ReadAsync(StoreSession session, StoreTables tables, UserFilter filter, PageRequest page, CancellationToken cancellationToken) =>
        filter == Everybody ? ReadAllAsync(session, tables, page, cancellationToken) : ReadSomeAsync(session.Context, filter, page, cancellationToken);

    private static async Task<Page<User>> ReadAllAsync(StoreSession session, StoreTables tables, PageRequest page, CancellationToken cancellationToken)
    {
        var reader = await session.Page(tables.UsersAfter, page.After ?? string.Empty, page.Limit + 1).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            List<User> read = new(page.Limit + 1);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                read.Add(tables.ReadUser(reader));
            }

            return ListPage.Cut(read, page, static user => user.Id);
        }
    }

    private static async Task<Page<User>> ReadSomeAsync(TenantKitDbContext context, UserFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var users = context.Set<User>().Where(user => user.DeletedAt == null);
        if (filter.UserName?.ToUpperInvariant() is { } name)
        {
            // The names of the living are unique there, and compared byte by byte in every database.
            users = users.Where(user => EF.Property<string>(user, NameKey.Column) == name);
        }

        if (filter.NamePrefix?.ToUpperInvariant() is { Length: > 0 } prefix)
        {
            // The comparison alone can use the index; the prefix alone is exact.
            users = users.Where(user => string.Compare(user.NormalizedUserName, prefix) >= 0 && user.NormalizedUserName.StartsWith(prefix));
        }

        users = filter.Role is { } role ? users.Where(user => user.Role == role) : users;
        users = filter.TenantId is { } tenantId ? users.Where(user => user.TenantId == tenantId) : users;
        users = filter.CreatedAfter is { } createdAfter ? users.Where(user => user.CreatedAt > createdAfter) : users;
        users = filter.CreatedBefore is { } createdBefore ? users.Where(user => user.CreatedAt < createdBefore) : users;
        users = page.After is { } after ? users.Where(user => string.Compare(user.Id, after) > 0) : users;
        var rows = await users.OrderBy(user => user.Id).Take(page.Limit + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        return ListPage.Cut(rows, page, static user => user.Id);
    }
}
