using TenantKit.Storage;

namespace TenantKit.Users;

/// <summary>A sign-in session that can be renewed. Only the hash of its secret is stored.</summary>
public sealed record RefreshToken : IStoreRecord
{
    /// <summary>SHA-256 of the secret, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>The user that signed in.</summary>
    public required string UserId { get; init; }

    /// <summary>The user's <see cref="User.SecurityStamp"/> at sign-in; another stamp ends the session.</summary>
    public required string SecurityStamp { get; init; }

    /// <summary>When the session started (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the session ends (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => Hash;
}
