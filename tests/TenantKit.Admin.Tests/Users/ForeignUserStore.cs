using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using TenantKit.Admin.Users;

namespace TenantKit.Admin.Tests.Users;

/// <summary>A user store that knows nothing of TenantKit's.</summary>
internal sealed class ForeignUserStore(ForeignUserStore.Rows rows) : IQueryableUserStore<TenantKitUser>
{
    public IQueryable<TenantKitUser> Users => rows.Users.Values.AsQueryable();

    public Task<IdentityResult> CreateAsync(TenantKitUser user, CancellationToken cancellationToken)
    {
        if (rows.Refuses)
        {
            return Task.FromResult(IdentityResult.Failed(new IdentityError { Code = "UserNameRefused", Description = "The directory refuses this name." }));
        }

        user.Revision = 1;
        rows.Users[user.Id] = user;
        return Task.FromResult(IdentityResult.Success);
    }

    public Task<IdentityResult> UpdateAsync(TenantKitUser user, CancellationToken cancellationToken)
    {
        user.Revision++;
        rows.Users[user.Id] = user;
        return Task.FromResult(IdentityResult.Success);
    }

    public Task<IdentityResult> DeleteAsync(TenantKitUser user, CancellationToken cancellationToken)
    {
        rows.Users.TryRemove(user.Id, out _);
        return Task.FromResult(IdentityResult.Success);
    }

    public Task<TenantKitUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(rows.Users.GetValueOrDefault(userId));

    public Task<TenantKitUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        Task.FromResult(rows.Users.Values.FirstOrDefault(user => user.NormalizedUserName == normalizedUserName));

    public Task<string> GetUserIdAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public Task SetUserNameAsync(TenantKitUser user, string? userName, CancellationToken cancellationToken)
    {
        user.UserName = userName!;
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedUserNameAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedUserName);

    public Task SetNormalizedUserNameAsync(TenantKitUser user, string? normalizedName, CancellationToken cancellationToken)
    {
        user.NormalizedUserName = normalizedName!;
        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }

    internal sealed class Rows
    {
        public ConcurrentDictionary<string, TenantKitUser> Users { get; } = new();

        public bool Refuses { get; set; }
    }
}
