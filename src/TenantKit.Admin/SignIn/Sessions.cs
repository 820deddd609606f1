using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Users;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Admin.SignIn;

/// <summary>Sessions that can be renewed: 256 random bits each, of which only the hash is kept; every renewal replaces them.</summary>
internal sealed class Sessions(
    IUserReader reader, IChangeWriter writer, IUserStore<TenantKitUser> users, AccessTokens tokens, TimeProvider time, IOptions<TenantAdminOptions> options)
{
    /// <summary>Drafts a new session; commit <paramref name="changes"/> before handing the secret out.</summary>
    public string Open(TenantKitUser user, ChangeSet changes)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        changes.Put(new RefreshToken
        {
            Hash = Hash(secret),
            UserId = user.Id,
            SecurityStamp = user.SecurityStamp,
            CreatedAt = now,
            ExpiresAt = now + options.Value.RefreshTokenLifetime,
        });
        return secret;
    }

    /// <summary>Renews a session. A secret works once: the second of two that come together is refused.</summary>
    public async Task<SignInOutcome> RenewAsync(string secret, CancellationToken cancellationToken)
    {
        if (await reader.FindRefreshTokenAsync(Hash(secret), cancellationToken).ConfigureAwait(false) is not { } session)
        {
            return SignInOutcome.Refused("invalid_refresh_token");
        }

        var user = await users.FindByIdAsync(session.UserId, cancellationToken).ConfigureAwait(false);
        var isAlive = user is { MaySignIn: true }
            && session.ExpiresAt > time.GetUtcNow()
            && string.Equals(session.SecurityStamp, user.SecurityStamp, StringComparison.Ordinal);
        var changes = new ChangeSet().Delete(session);
        var next = isAlive ? Open(user!, changes) : "";
        try
        {
            await writer.CommitAsync(changes, cancellationToken).ConfigureAwait(false);
        }
        catch (RevisionConflictException)
        {
            return SignInOutcome.Refused("invalid_refresh_token");
        }

        return isAlive
            ? new SignInOutcome { User = user, AccessToken = tokens.Create(user!), RefreshToken = next }
            : SignInOutcome.Refused("invalid_refresh_token");
    }

    /// <summary>Ends a session. One that is unknown has ended already.</summary>
    public async Task CloseAsync(string secret, CancellationToken cancellationToken)
    {
        try
        {
            if (await reader.FindRefreshTokenAsync(Hash(secret), cancellationToken).ConfigureAwait(false) is { } session)
            {
                await writer.CommitAsync(new ChangeSet().Delete(session), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RevisionConflictException)
        {
            // Renewed or ended in between: the secret is worth nothing either way.
        }
    }

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
