using Microsoft.AspNetCore.Identity;
using TenantKit.Admin.Http;
using TenantKit.Storage;

namespace TenantKit.Admin.Users;

/// <summary>Keeps at least one administrator who may sign in.</summary>
internal sealed class LastAdministrator(UserDirectory directory, IUserStore<TenantKitUser> store)
{
    /// <summary>Refuses when the administrator is the last one.</summary>
    /// <remarks>
    /// The other administrator that was found is written, unchanged, in the same commit. So when two administrators remove each
    /// other at the same time, one of the commits conflicts, is tried again, and is refused.
    /// </remarks>
    public async Task GuardAsync(TenantKitUser administrator, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (!administrator.MaySignIn)
        {
            return;
        }

        var witness = await directory.FindActiveAdministratorAsync(administrator.Id, cancellationToken).ConfigureAwait(false)
            ?? throw ApiException.Conflict("last_administrator", "This is the last administrator. Make another user administrator first.");
        if (UserWriteContext.Joins(store))
        {
            changes.Put(UserMapping.ToRecord(witness));
        }
    }
}
