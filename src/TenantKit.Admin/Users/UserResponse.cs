using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>A user.</summary>
internal sealed record UserResponse(
    string Id,
    string UserName,
    [property: JsonConverter(typeof(CamelCaseEnum<UserRole>))] UserRole Role,
    string? Email,
    string? TenantId,
    bool Disabled,
    DateTimeOffset? LockedUntil,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt)
{
    public static UserResponse Of(TenantKitUser user) => new(
        user.Id, user.UserName, user.Role, user.Email, user.TenantId, user.Disabled, user.LockoutEnd, user.CreatedAt, user.UpdatedAt, user.DeletedAt);
}
