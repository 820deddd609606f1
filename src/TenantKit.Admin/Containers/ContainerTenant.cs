using Microsoft.AspNetCore.Identity;
using TenantKit.Admin.Http;
using TenantKit.Admin.Users;
using TenantKit.Management;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>Finds the tenant whose container a user has.</summary>
internal sealed class ContainerTenant(IUserStore<TenantKitUser> users, ITenantReader tenants)
{
    public async Task<TenantState> LoadAsync(string userId, CancellationToken cancellationToken)
    {
        var user = await users.FindByIdAsync(userId, cancellationToken).ConfigureAwait(false)
            ?? throw ApiException.NotFound("user_not_found", "There is no such user.");
        if (user.TenantId is null)
        {
            throw ApiException.Conflict("user_without_tenant", "This user belongs to no tenant and has no container.");
        }

        return await tenants.LoadStateAsync(user.TenantId, cancellationToken).ConfigureAwait(false)
            ?? throw ApiException.NotFound(ManagementErrors.TenantNotFound, "The user's tenant is gone.");
    }
}
