using Microsoft.AspNetCore.Identity;
using TenantKit.Storage;

namespace TenantKit.Admin.Users;

/// <summary>The built-in user store: users live in TenantKit's own store, and what else belongs to a change commits with them.</summary>
internal sealed class TenantKitUserStore(IUserReader reader, IChangeWriter writer, UserWriteContext context, IdentityErrorDescriber errors)
    : IUserPasswordStore<TenantKitUser>, IUserEmailStore<TenantKitUser>, IUserSecurityStampStore<TenantKitUser>, IUserLockoutStore<TenantKitUser>
{
    public Task<IdentityResult> CreateAsync(TenantKitUser user, CancellationToken cancellationToken) =>
        CommitAsync(user, context.Take().Put(UserMapping.ToRecord(user)), cancellationToken);

    public Task<IdentityResult> UpdateAsync(TenantKitUser user, CancellationToken cancellationToken) =>
        CommitAsync(user, context.Take().Put(UserMapping.ToRecord(user)), cancellationToken);

    public Task<IdentityResult> DeleteAsync(TenantKitUser user, CancellationToken cancellationToken) =>
        CommitAsync(user, context.Take().Delete(UserMapping.ToRecord(user)), cancellationToken);

    public async Task<TenantKitUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        await reader.FindUserAsync(userId, cancellationToken).ConfigureAwait(false) is { } user ? UserMapping.ToIdentity(user) : null;

    public async Task<TenantKitUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        await reader.FindUserByNameAsync(normalizedUserName, cancellationToken).ConfigureAwait(false) is { } user ? UserMapping.ToIdentity(user) : null;

    // Addresses are contact data here, not unique and not a way to sign in.
    public Task<TenantKitUser?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) => Task.FromResult<TenantKitUser?>(null);

    public Task<string> GetUserIdAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public Task SetUserNameAsync(TenantKitUser user, string? userName, CancellationToken cancellationToken) => Do(() => user.UserName = userName ?? "");

    public Task<string?> GetNormalizedUserNameAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedUserName);

    public Task SetNormalizedUserNameAsync(TenantKitUser user, string? normalizedName, CancellationToken cancellationToken) => Do(() => user.NormalizedUserName = normalizedName ?? "");

    public Task<string?> GetPasswordHashAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task SetPasswordHashAsync(TenantKitUser user, string? passwordHash, CancellationToken cancellationToken) => Do(() => user.PasswordHash = passwordHash);

    public Task<bool> HasPasswordAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task<string?> GetEmailAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(user.Email);

    public Task SetEmailAsync(TenantKitUser user, string? email, CancellationToken cancellationToken) => Do(() => user.Email = email);

    public Task<bool> GetEmailConfirmedAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task SetEmailConfirmedAsync(TenantKitUser user, bool confirmed, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> GetNormalizedEmailAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(user.Email?.ToUpperInvariant());

    public Task SetNormalizedEmailAsync(TenantKitUser user, string? normalizedEmail, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> GetSecurityStampAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    public Task SetSecurityStampAsync(TenantKitUser user, string stamp, CancellationToken cancellationToken) => Do(() => user.SecurityStamp = stamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(user.LockoutEnd);

    public Task SetLockoutEndDateAsync(TenantKitUser user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) => Do(() => user.LockoutEnd = lockoutEnd);

    public Task<int> IncrementAccessFailedCountAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(++user.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(TenantKitUser user, CancellationToken cancellationToken) => Do(() => user.AccessFailedCount = 0);

    public Task<int> GetAccessFailedCountAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(user.AccessFailedCount);

    public Task<bool> GetLockoutEnabledAsync(TenantKitUser user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(TenantKitUser user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    private async Task<IdentityResult> CommitAsync(TenantKitUser user, ChangeSet changes, CancellationToken cancellationToken)
    {
        try
        {
            user.Revision = await writer.CommitAsync(changes, cancellationToken).ConfigureAwait(false);
            return IdentityResult.Success;
        }
        catch (NameTakenException exception) when (exception.RecordType == "User")
        {
            return IdentityResult.Failed(errors.DuplicateUserName(user.UserName));
        }
        catch (RevisionConflictException exception) when (exception.RecordType != nameof(IdempotencyRecord))
        {
            return IdentityResult.Failed(errors.ConcurrencyFailure());
        }
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
