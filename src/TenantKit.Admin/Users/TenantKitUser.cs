using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>A user as ASP.NET Core Identity handles it: mutable, one per request. The stored record is <see cref="User"/>.</summary>
/// <remarks>Not thread-safe. A store of your own keeps and gives back all members.</remarks>
public sealed class TenantKitUser
{
    /// <summary>Immutable ULID, lower case. Set before the store creates the user.</summary>
    public string Id { get; set; } = "";

    /// <summary>The login name as typed.</summary>
    public string UserName { get; set; } = "";

    /// <summary>The login name as Identity's normaliser made it: upper case.</summary>
    public string NormalizedUserName { get; set; } = "";

    /// <summary>E-mail address, or null.</summary>
    public string? Email { get; set; }

    /// <summary>What the user may do.</summary>
    public UserRole Role { get; set; } = UserRole.User;

    /// <summary>The tenant the user belongs to; null for staff without one.</summary>
    public string? TenantId { get; set; }

    /// <summary>The password hash; null when the user has no password.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes whenever earlier sign-ins must end.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>True while the user may not sign in.</summary>
    public bool Disabled { get; set; }

    /// <summary>Failed sign-ins since the last success.</summary>
    public int AccessFailedCount { get; set; }

    /// <summary>Sign-in is refused until then (UTC); null when not locked.</summary>
    public DateTimeOffset? LockoutEnd { get; set; }

    /// <summary>When the user was created (UTC).</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the user was last changed by somebody (UTC).</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When deletion was asked for (UTC); null while the user lives.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>The store's version of the row: 0 before it is stored. An update of an older version fails with Identity's concurrency error. Becomes the ETag.</summary>
    public long Revision { get; set; }

    /// <summary>True when the user lives and is not disabled.</summary>
    public bool MaySignIn => !Disabled && DeletedAt is null;

    /// <inheritdoc/>
    public override string ToString() => UserName;
}
