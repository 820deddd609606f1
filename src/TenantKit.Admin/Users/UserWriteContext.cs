using Microsoft.AspNetCore.Identity;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>
/// Carries what must commit together with a user row to the built-in store. A store from elsewhere cannot join the transaction:
/// for it the rest is committed first, and the user's own row follows.
/// </summary>
/// <remarks>Scoped; not thread-safe.</remarks>
internal sealed class UserWriteContext(IChangeWriter writer)
{
    private ChangeSet? pending;

    /// <summary>Whether a store takes part in the transaction.</summary>
    public static bool Joins(IUserStore<TenantKitUser> store) => store is TenantKitUserStore;

    /// <summary>Takes what waits to be committed; an empty set when nothing does.</summary>
    public ChangeSet Take() => Interlocked.Exchange(ref pending, null) ?? new ChangeSet();

    /// <summary>Writes through a store, together with, or after, the other changes.</summary>
    public async Task<IdentityResult> WriteAsync(
        IUserStore<TenantKitUser> store, ChangeSet? changes, Func<Task<IdentityResult>> write, CancellationToken cancellationToken)
    {
        if (Joins(store))
        {
            pending = changes;
            try
            {
                return await write().ConfigureAwait(false);
            }
            finally
            {
                pending = null; // a validator may have refused before the store was reached
            }
        }

        if (changes is not null)
        {
            await writer.CommitAsync(changes, cancellationToken).ConfigureAwait(false);
        }

        return await write().ConfigureAwait(false);
    }

    /// <summary>Updates a user, and ends its access tokens when a revocation says so.</summary>
    /// <returns>False when the row was changed in the meantime: read again and repeat.</returns>
    public Task<bool> UpdateAsync(
        IUserStore<TenantKitUser> store, TenantKitUser user, ChangeSet? changes, CancellationToken cancellationToken, Revocation? revocation = null) =>
        WriteAsync(store, changes, revocation, () => store.UpdateAsync(user, cancellationToken), cancellationToken);

    /// <summary>Deletes a user, and ends its access tokens.</summary>
    /// <returns>False when the row was changed in the meantime: read again and repeat.</returns>
    public Task<bool> DeleteAsync(
        IUserStore<TenantKitUser> store, TenantKitUser user, ChangeSet changes, Revocation revocation, CancellationToken cancellationToken) =>
        WriteAsync(store, changes, revocation, () => store.DeleteAsync(user, cancellationToken), cancellationToken);

    private async Task<bool> WriteAsync(
        IUserStore<TenantKitUser> store, ChangeSet? changes, Revocation? revocation, Func<Task<IdentityResult>> write, CancellationToken cancellationToken)
    {
        var joins = Joins(store);
        if (joins && revocation is not null)
        {
            changes = (changes ?? new ChangeSet()).Put(revocation);
        }

        var result = await WriteAsync(store, changes, write, cancellationToken).ConfigureAwait(false);
        if (IdentityErrors.IsConcurrency(result))
        {
            return false;
        }

        if (!result.Succeeded)
        {
            throw IdentityErrors.ToProblem(result);
        }

        if (!joins && revocation is not null)
        {
            // Not before the row: a stamp that was never stored would lock the user out.
            await writer.CommitAsync(new ChangeSet().Put(revocation), CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }
}
