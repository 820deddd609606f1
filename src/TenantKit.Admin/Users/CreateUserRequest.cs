using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>Body of the creation of a user.</summary>
internal sealed record CreateUserRequest
{
    /// <summary>Login name: 1 to 64 letters, digits and <c>. _ - @ +</c>.</summary>
    public string? UserName { get; init; }

    /// <summary>Password; one is generated when it is left out.</summary>
    public string? Password { get; init; }

    /// <summary>Role; <c>user</c> when it is left out.</summary>
    [JsonConverter(typeof(CamelCaseEnum<UserRole>))]
    public UserRole Role { get; init; } = UserRole.User;

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>An existing tenant to belong to.</summary>
    public string? TenantId { get; init; }

    /// <summary>Settings of the tenant that is made for the user.</summary>
    public CreateUserTenantRequest? Tenant { get; init; }

    public override string ToString() => UserName ?? "";
}
