using TenantKit.Storage;

namespace TenantKit.Users;

/// <summary>A login. A user of role <see cref="UserRole.User"/> belongs to one tenant; staff may belong to none.</summary>
public sealed record User : IStoreRecord
{
    /// <summary>Immutable ULID, lower case.</summary>
    public required string Id { get; init; }

    /// <summary>The login name as typed; unique without regard to case among living users.</summary>
    public required string UserName { get; init; }

    /// <summary>The login name in upper case (invariant).</summary>
    public required string NormalizedUserName { get; init; }

    /// <summary>E-mail address, or null.</summary>
    public string? Email { get; init; }

    /// <summary>What the user may do. The default is <see cref="UserRole.User"/>.</summary>
    public UserRole Role { get; init; } = UserRole.User;

    /// <summary>The tenant the user belongs to; null for staff without one.</summary>
    public string? TenantId { get; init; }

    /// <summary>The password hash, opaque to everything but the password hasher; null when the user has no password.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Changes whenever earlier sign-ins must end: password, role, disabling.</summary>
    public string SecurityStamp { get; init; } = "";

    /// <summary>True while the user may not sign in.</summary>
    public bool Disabled { get; init; }

    /// <summary>Failed sign-ins since the last success.</summary>
    public int AccessFailedCount { get; init; }

    /// <summary>Sign-in is refused until then (UTC); null when not locked.</summary>
    public DateTimeOffset? LockoutEnd { get; init; }

    /// <summary>When the user was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user was last changed (UTC).</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When deletion was asked for (UTC); null while the user lives. The row goes once its tenant's unit is gone.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => Id;
}
