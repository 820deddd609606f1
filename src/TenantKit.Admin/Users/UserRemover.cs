using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using TenantKit.Admin.Audit;
using TenantKit.Admin.Http;
using TenantKit.Admin.SignIn;
using TenantKit.Audit;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>
/// Deletes a user. The last living user of a tenant takes the tenant along: it is marked, the tenant's deletion is committed with it,
/// and the control loop removes the row once everything is destroyed. Any other user goes at once.
/// </summary>
/// <remarks>
/// With a user store from elsewhere the tenant's deletion is committed first and the user is removed after it; a crash in between
/// is cured by deleting the user again.
/// </remarks>
internal sealed class UserRemover(
    IUserStore<TenantKitUser> store,
    UserDirectory directory,
    UserWriteContext pending,
    LastAdministrator lastAdministrator,
    ITenantManager tenants,
    TokenRevocations revocations,
    AuditFactory audit,
    TimeProvider time)
{
    private const int MaxAttempts = 20;

    /// <returns>The operation that destroys the tenant; null when the user is gone already.</returns>
    public async Task<Operation?> RemoveAsync(string userId, Func<TenantKitUser, long?> check, Actor actor, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var user = await store.FindByIdAsync(userId, cancellationToken).ConfigureAwait(false)
                ?? throw ApiException.NotFound("user_not_found", "There is no such user.");
            if (user.DeletedAt is not null)
            {
                return (await DraftAsync(user, actor, cancellationToken).ConfigureAwait(false))?.Operation;
            }

            var expected = check(user);
            var changes = new ChangeSet().Record(audit.Create(actor, "user.delete", "user/" + user.Id, detail: user.UserName));
            if (user.Role == UserRole.Administrator)
            {
                await lastAdministrator.GuardAsync(user, changes, cancellationToken).ConfigureAwait(false);
            }

            var draft = await IsLastOfTenantAsync(user, changes, cancellationToken).ConfigureAwait(false)
                ? await DraftAsync(user, actor, cancellationToken).ConfigureAwait(false)
                : null;
            if (await WriteAsync(user, draft, changes, cancellationToken).ConfigureAwait(false))
            {
                return draft?.Operation;
            }

            if (expected is not null)
            {
                throw ApiException.Stale();
            }
        }

        throw ApiException.Conflict("write_conflict", "Others kept changing the same user. Repeat the request.");
    }

    private Task<bool> WriteAsync(TenantKitUser user, TenantDraft? draft, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (draft is null || !UserWriteContext.Joins(store))
        {
            return pending.DeleteAsync(store, user, draft is null ? changes : changes.Include(draft.Changes), revocations.OfAll(user), cancellationToken);
        }

        user.DeletedAt = user.UpdatedAt = time.GetUtcNow();
        user.SecurityStamp = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        return pending.UpdateAsync(store, user, changes.Include(draft.Changes), cancellationToken, revocations.OfAll(user));
    }

    private async Task<bool> IsLastOfTenantAsync(TenantKitUser user, ChangeSet changes, CancellationToken cancellationToken)
    {
        if (user.TenantId is null)
        {
            return false;
        }

        var witness = await directory.FindLivingOfTenantAsync(user.TenantId, user.Id, cancellationToken).ConfigureAwait(false);
        if (witness is not null && UserWriteContext.Joins(store) && !changes.Writes.Any(write => write.Record.Key == witness.Id))
        {
            // Written unchanged: when the last two go at the same time, one of them must notice that it is the last.
            changes.Put(UserMapping.ToRecord(witness));
        }

        return witness is null;
    }

    private async Task<TenantDraft?> DraftAsync(TenantKitUser user, Actor actor, CancellationToken cancellationToken)
    {
        try
        {
            return await tenants.DraftDeleteAsync(user.TenantId ?? "", user.Id, actor, cancellationToken).ConfigureAwait(false);
        }
        catch (ManagementException refusal) when (refusal.Kind == ManagementErrorKind.NotFound)
        {
            return null; // destroyed already; only the row is left
        }
    }
}
