using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using TenantKit.Admin.Audit;
using TenantKit.Admin.Http;
using TenantKit.Admin.SignIn;
using TenantKit.Audit;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>Changes a user. A new password, role or disabling ends all earlier sign-ins.</summary>
internal sealed class UserChanger(
    IUserStore<TenantKitUser> store, UserWriteContext pending, UserValues values, LastAdministrator lastAdministrator, TokenRevocations revocations,
    AuditFactory audit, TimeProvider time)
{
    private const int MaxAttempts = 20;

    /// <param name="userId">The user.</param>
    /// <param name="request">What changes.</param>
    /// <param name="check">Sees the user as it was read; returns the revision to insist on, or null for any.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the change.</param>
    public async Task<TenantKitUser> ChangeAsync(
        string userId, UpdateUserRequest request, Func<TenantKitUser, long?> check, Actor actor, CancellationToken cancellationToken)
    {
        string? hash = null;
        for (var attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            var user = await FindAsync(userId, cancellationToken).ConfigureAwait(false);
            var expected = check(user);
            await ValidateAsync(user, request, cancellationToken).ConfigureAwait(false);
            hash ??= request.Password is null ? null : await values.HashAsync(user, request.Password, cancellationToken).ConfigureAwait(false);

            var changes = new ChangeSet();
            if (user.Role == UserRole.Administrator && (request.Role is not (null or UserRole.Administrator) || request.Disabled == true))
            {
                await lastAdministrator.GuardAsync(user, changes, cancellationToken).ConfigureAwait(false);
            }

            var stamp = user.SecurityStamp;
            changes.Record(audit.Create(actor, "user.update", "user/" + user.Id, detail: Apply(user, request, hash)));
            var revocation = user.SecurityStamp == stamp ? null : revocations.Of(user);
            if (await pending.UpdateAsync(store, user, changes, cancellationToken, revocation).ConfigureAwait(false))
            {
                return user;
            }

            if (expected is not null)
            {
                throw ApiException.Stale();
            }
        }

        throw ApiException.Conflict("write_conflict", "Others kept changing the same user. Repeat the request.");
    }

    private async Task<TenantKitUser> FindAsync(string userId, CancellationToken cancellationToken) =>
        await store.FindByIdAsync(userId, cancellationToken).ConfigureAwait(false) switch
        {
            null => throw ApiException.NotFound("user_not_found", "There is no such user."),
            { DeletedAt: not null } => throw ApiException.Conflict("user_deleting", "The user is being deleted."),
            var user => user,
        };

    private async Task ValidateAsync(TenantKitUser user, UpdateUserRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var errors = new Dictionary<string, string[]>();
        UserValues.CheckEmail(request.Email, errors);
        if (request.Password is not null)
        {
            await values.CheckPasswordAsync(user, request.Password, errors).ConfigureAwait(false);
        }

        if (errors.Count > 0)
        {
            throw ApiException.Invalid(errors);
        }

        if (request.Role == UserRole.User && user.TenantId is null)
        {
            throw ApiException.Conflict("user_without_tenant", "The role 'user' needs a tenant, and this user has none. Create a user of that role instead.");
        }
    }

    /// <summary>Applies the change.</summary>
    /// <returns>What changed, for the audit row; never a value that is secret.</returns>
    private string Apply(TenantKitUser user, UpdateUserRequest request, string? hash)
    {
        var changed = new List<string>();
        if (request.Email is not null)
        {
            user.Email = request.Email.Length == 0 ? null : request.Email;
            changed.Add("email");
        }

        var endsSessions = hash is not null;
        if (hash is not null)
        {
            user.PasswordHash = hash;
            user.AccessFailedCount = 0;
            user.LockoutEnd = null;
            changed.Add("password");
        }

        if (request.Role is { } role && role != user.Role)
        {
            user.Role = role;
            endsSessions = true;
            changed.Add("role " + EnumText.Of(role));
        }

        if (request.Disabled is { } disabled && disabled != user.Disabled)
        {
            user.Disabled = disabled;
            endsSessions = true;
            changed.Add(disabled ? "disabled" : "enabled");
        }

        if (endsSessions)
        {
            user.SecurityStamp = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        }

        user.UpdatedAt = time.GetUtcNow();
        return string.Join(", ", changed);
    }
}
