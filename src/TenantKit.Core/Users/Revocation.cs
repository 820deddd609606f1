using TenantKit.Storage;

namespace TenantKit.Users;

/// <summary>Ends a user's access tokens before their time: gateways refuse them and cut off what was opened with them.</summary>
/// <remarks>
/// Written in the same commit as the change that ends the sign-ins. Of several for one user the newest, by <see cref="Revision"/>, counts. It
/// compares stamps, not times: a token that was issued with the new stamp in the same instant is good, and no two clocks have to agree.
/// </remarks>
public sealed record Revocation : IStoreRecord
{
    /// <summary>Unique; a ULID.</summary>
    public required string Id { get; init; }

    /// <summary>Whose tokens end.</summary>
    public required string UserId { get; init; }

    /// <summary>The value of the claim <see cref="Control.AccessTokenClaims.Stamp"/> that stays good; null when no token of the user does.</summary>
    public string? ValidStamp { get; init; }

    /// <summary>When it was decided (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the last token that it could concern has ended anyway (UTC). Then it may be forgotten.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => Id;
}
