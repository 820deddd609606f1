using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Admin.Users;
using TenantKit.Users;

namespace TenantKit.Admin.SignIn;

/// <summary>Who is signed in.</summary>
/// <param name="Id">Id of the user.</param>
/// <param name="UserName">Its name.</param>
/// <param name="Role">Its role.</param>
/// <param name="TenantId">Its tenant; null for staff without one.</param>
internal sealed record PrincipalResponse(
    string Id, string UserName, [property: JsonConverter(typeof(CamelCaseEnum<UserRole>))] UserRole Role, string? TenantId)
{
    public static PrincipalResponse Of(TenantKitUser user) => new(user.Id, user.UserName, user.Role, user.TenantId);
}
