using TenantKit.Admin.Users;
using TenantKit.Diagnostics;
using TenantKit.Users;

namespace TenantKit.Admin.SignIn;

/// <summary>Drafts what ends a user's access tokens at the gateways.</summary>
internal sealed class TokenRevocations(IIdSource ids, TimeProvider time)
{
    // Clocks differ, and a token is good for half a minute longer than it says.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>Ends all tokens but those with the stamp that the user has now; all of them when it may not sign in.</summary>
    public Revocation Of(TenantKitUser user) => Create(user.Id, user.MaySignIn ? AccessTokens.HashStamp(user.SecurityStamp) : null);

    /// <summary>Ends all tokens of a user who goes.</summary>
    public Revocation OfAll(TenantKitUser user) => Create(user.Id, validStamp: null);

    private Revocation Create(string userId, string? validStamp)
    {
        var now = time.GetUtcNow();
        return new Revocation
        {
            Id = ids.NewId(),
            UserId = userId,
            ValidStamp = validStamp,
            CreatedAt = now,
            ExpiresAt = now + AccessTokens.LongestLifetime + Margin,
        };
    }
}
