using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>Body of a change of a user. Members left out stay as they are.</summary>
/// <param name="Email">E-mail address; an empty text removes it.</param>
/// <param name="Role">Role.</param>
/// <param name="Password">A new password.</param>
/// <param name="Disabled">Whether sign-in is refused.</param>
internal sealed record UpdateUserRequest(string? Email = null, UserRole? Role = null, string? Password = null, bool? Disabled = null)
{
    public override string ToString() => nameof(UpdateUserRequest);
}
