using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Audit;
using TenantKit.Admin.Http;
using TenantKit.Admin.Users;
using TenantKit.Audit;
using TenantKit.Control;
using TenantKit.Storage;

namespace TenantKit.Admin.SignIn;

/// <summary>Signs people in with a password.</summary>
/// <remarks>
/// An unknown name, a wrong password and a disabled user get the same answer after the same work. Tries for one account run one
/// after the other in this process, and a try on an account that has failed before is counted before the password is looked at:
/// however many come at once, no more are verified than the limit allows.
/// </remarks>
internal sealed class PasswordSignIn(
    UserManager<TenantKitUser> manager,
    IUserStore<TenantKitUser> store,
    UserWriteContext pending,
    PasswordWork passwords,
    Sessions sessions,
    AccessTokens tokens,
    UnknownNames unknownNames,
    AccountTurns turns,
    SignInLimiter limiter,
    DenialAudit denials,
    AuditFactory audit,
    IChangeWriter writer,
    TimeProvider time,
    IOptions<TenantAdminOptions> options)
{
    private const int MaxAttempts = 20;

    public async Task<SignInOutcome> SignInAsync(SignInRequest request, string? requestId, CancellationToken cancellationToken)
    {
        if (limiter.Take(request.RemoteAddress) is { } wait)
        {
            return SignInOutcome.Refused("rate_limited", wait);
        }

        if (request.UserName.Length > UserNameRules.MaxLength || request.Password.Length > PasswordRules.MaxLength)
        {
            return SignInOutcome.Refused("invalid_credentials"); // such a name or password cannot exist, so nothing is revealed
        }

        var name = manager.NormalizeName(NormalText.Of(request.UserName)) ?? "";
        using var turn = await turns.TakeAsync(name, cancellationToken).ConfigureAwait(false);
        var outcome = await store.FindByNameAsync(name, cancellationToken).ConfigureAwait(false) is { } user
            ? await TryKnownAsync(user, request.Password, requestId, cancellationToken).ConfigureAwait(false)
            : await TryUnknownAsync(name, request.Password, cancellationToken).ConfigureAwait(false);
        if (outcome.User is null)
        {
            var target = outcome.TargetId is { } id ? "user/" + id : "user/unknown"; // never what was typed: it may be a password
            var actor = Actor.Anonymous with { RequestId = requestId };
            await denials.RecordAsync(actor, "user.sign_in", target, AuditOutcome.Failure, outcome.Outcome.ErrorCode).ConfigureAwait(false);
        }

        return outcome.Outcome;
    }

    private async Task<Attempt> TryUnknownAsync(string name, string password, CancellationToken cancellationToken)
    {
        if (unknownNames.LockedUntil(name) is { } until)
        {
            return new Attempt(null, Locked(until), null);
        }

        await passwords.VerifyAsync(null, password, cancellationToken).ConfigureAwait(false);
        unknownNames.Fail(name);
        return new Attempt(null, SignInOutcome.Refused("invalid_credentials"), null);
    }

    private async Task<Attempt> TryKnownAsync(TenantKitUser user, string password, string? requestId, CancellationToken cancellationToken)
    {
        if (user.LockoutEnd > time.GetUtcNow())
        {
            return new Attempt(null, Locked(user.LockoutEnd.Value), user.Id);
        }

        var isCounted = user.AccessFailedCount > 0;
        if (isCounted && await CountFailureAsync(user.Id, cancellationToken).ConfigureAwait(false) is { } lockedUntil)
        {
            return new Attempt(null, Locked(lockedUntil), user.Id);
        }

        var verdict = await passwords.VerifyAsync(user, password, cancellationToken).ConfigureAwait(false);
        if (verdict == PasswordVerificationResult.Failed || !user.MaySignIn)
        {
            if (!isCounted)
            {
                await CountFailureAsync(user.Id, CancellationToken.None).ConfigureAwait(false);
            }

            return new Attempt(null, SignInOutcome.Refused("invalid_credentials"), user.Id);
        }

        var newHash = verdict == PasswordVerificationResult.SuccessRehashNeeded
            ? await passwords.HashAsync(user, password, cancellationToken).ConfigureAwait(false)
            : null;
        return await OpenSessionAsync(user, isCounted, newHash, requestId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Attempt> OpenSessionAsync(TenantKitUser user, bool mustReset, string? newHash, string? requestId, CancellationToken cancellationToken)
    {
        var stamp = user.SecurityStamp;
        for (var attempt = 0; ; attempt++)
        {
            var changes = new ChangeSet();
            var secret = sessions.Open(user, changes);
            changes.Record(audit.Create(new Actor(user.Id, user.UserName, requestId), "user.sign_in", "user/" + user.Id));
            if (!mustReset && newHash is null)
            {
                await writer.CommitAsync(changes, cancellationToken).ConfigureAwait(false);
                return Opened(user, secret);
            }

            var current = await store.FindByIdAsync(user.Id, cancellationToken).ConfigureAwait(false);
            if (current is not { MaySignIn: true } || current.SecurityStamp != stamp)
            {
                return new Attempt(null, SignInOutcome.Refused("invalid_credentials"), user.Id); // the password was changed meanwhile
            }

            current.AccessFailedCount = 0;
            current.LockoutEnd = null;
            current.PasswordHash = newHash ?? current.PasswordHash;
            if (await pending.UpdateAsync(store, current, changes, cancellationToken).ConfigureAwait(false))
            {
                return Opened(current, secret);
            }

            ThrowIfTooMany(attempt);
        }
    }

    /// <summary>Counts a failure and locks the account when there are too many.</summary>
    /// <returns>Until when it is locked already, when somebody else locked it first.</returns>
    private async Task<DateTimeOffset?> CountFailureAsync(string userId, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (await store.FindByIdAsync(userId, cancellationToken).ConfigureAwait(false) is not { } user)
            {
                return null;
            }

            var now = time.GetUtcNow();
            if (user.LockoutEnd > now)
            {
                return user.LockoutEnd;
            }

            user.AccessFailedCount++;
            user.LockoutEnd = now + LockoutPolicy.Duration(user.AccessFailedCount, options.Value.MaxFailedSignIns);
            if (await pending.UpdateAsync(store, user, changes: null, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            ThrowIfTooMany(attempt);
        }
    }

    private Attempt Opened(TenantKitUser user, string secret) =>
        new(user, new SignInOutcome { User = user, AccessToken = tokens.Create(user), RefreshToken = secret }, user.Id);

    private SignInOutcome Locked(DateTimeOffset until) => SignInOutcome.Refused("too_many_attempts", until - time.GetUtcNow());

    private static void ThrowIfTooMany(int attempt)
    {
        if (attempt >= MaxAttempts)
        {
            throw new StoreUnavailableException("The user's row is being changed all the time. Try again.");
        }
    }

    private sealed record Attempt(TenantKitUser? User, SignInOutcome Outcome, string? TargetId);
}
