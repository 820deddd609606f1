using TenantKit.Users;

namespace TenantKit.Storage;

/// <summary>Reads users and their sessions. Thread-safe.</summary>
public interface IUserReader
{
    /// <summary>Reads a user, living or being deleted.</summary>
    /// <param name="userId">Its id.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The user, or null.</returns>
    ValueTask<User?> FindUserAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Reads a living user by name.</summary>
    /// <param name="normalizedUserName">The name in upper case (invariant).</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The user, or null.</returns>
    ValueTask<User?> FindUserByNameAsync(string normalizedUserName, CancellationToken cancellationToken);

    /// <summary>All users of a tenant, being deleted ones included, in order of id.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The users.</returns>
    Task<IReadOnlyList<User>> ListUsersOfTenantAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>A page of living users in order of id.</summary>
    /// <param name="filter">Which users.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The page.</returns>
    Task<Page<User>> ListUsersAsync(UserFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Reads a session by the hash of its secret.</summary>
    /// <param name="hash">SHA-256, lower-case hexadecimal.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The session, or null.</returns>
    ValueTask<RefreshToken?> FindRefreshTokenAsync(string hash, CancellationToken cancellationToken);
}
