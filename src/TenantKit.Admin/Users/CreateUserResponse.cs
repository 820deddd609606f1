using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>A user that was just created.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UserName">Its name.</param>
/// <param name="Role">Its role.</param>
/// <param name="Email">Its e-mail address.</param>
/// <param name="TenantId">Its tenant; null for staff without one.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Credentials">How it signs in.</param>
/// <param name="Container">Its tenant's container; null for staff without a tenant.</param>
internal sealed record CreateUserResponse(
    string Id,
    string UserName,
    [property: JsonConverter(typeof(CamelCaseEnum<UserRole>))] UserRole Role,
    string? Email,
    string? TenantId,
    DateTimeOffset CreatedAt,
    CredentialsResponse Credentials,
    ContainerSummary? Container)
{
    public override string ToString() => Id;
}
