using TenantKit.Operations;
using TenantKit.Tenants;

namespace TenantKit.Admin.Users;

/// <summary>What creating a user gave.</summary>
/// <param name="User">The user.</param>
/// <param name="GeneratedPassword">Its password, when it was generated.</param>
/// <param name="Tenant">Its tenant, when it has one.</param>
/// <param name="Operation">What makes its tenant, when one is being made.</param>
/// <param name="Response">The answer at the moment of creation.</param>
internal sealed record CreatedUser(TenantKitUser User, string? GeneratedPassword, Tenant? Tenant, Operation? Operation, CreateUserResponse Response)
{
    public override string ToString() => User.Id;
}
