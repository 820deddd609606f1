using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>Between Identity's mutable user and the stored record.</summary>
internal static class UserMapping
{
    public static TenantKitUser ToIdentity(User user) => new()
    {
        Id = user.Id,
        UserName = user.UserName,
        NormalizedUserName = user.NormalizedUserName,
        Email = user.Email,
        Role = user.Role,
        TenantId = user.TenantId,
        PasswordHash = user.PasswordHash,
        SecurityStamp = user.SecurityStamp,
        Disabled = user.Disabled,
        AccessFailedCount = user.AccessFailedCount,
        LockoutEnd = user.LockoutEnd,
        CreatedAt = user.CreatedAt,
        UpdatedAt = user.UpdatedAt,
        DeletedAt = user.DeletedAt,
        Revision = user.Revision,
    };

    public static User ToRecord(TenantKitUser user) => new()
    {
        Id = user.Id,
        UserName = user.UserName,
        NormalizedUserName = user.NormalizedUserName,
        Email = user.Email,
        Role = user.Role,
        TenantId = user.TenantId,
        PasswordHash = user.PasswordHash,
        SecurityStamp = user.SecurityStamp,
        Disabled = user.Disabled,
        AccessFailedCount = user.AccessFailedCount,
        LockoutEnd = user.LockoutEnd,
        CreatedAt = user.CreatedAt,
        UpdatedAt = user.UpdatedAt,
        DeletedAt = user.DeletedAt,
        Revision = user.Revision,
    };
}
