using System.Net;
using TenantKit.EndToEnd.Tests.Clients;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>Twenty users who are created at once, and deleted together in the end.</summary>
public sealed class TwentyUsers(SharedHost shared) : IAsyncLifetime
{
    private const int Count = 20;
    private TenantClient[] tenants = [];

    internal IReadOnlyList<TenantClient> Tenants => tenants;

    public async ValueTask InitializeAsync() =>
        tenants = await Task.WhenAll(Enumerable.Range(1, Count).Select(number => shared.Admin.CreateTenantAsync($"twenty-{number}")));

    public async ValueTask DisposeAsync()
    {
        foreach (var status in await Task.WhenAll(tenants.Select(DeleteAsync)))
        {
            Assert.Equal(HttpStatusCode.NoContent, status);
        }
    }

    private async Task<HttpStatusCode> DeleteAsync(TenantClient tenant)
    {
        using var answer = await shared.Admin.DeleteUserAsync(tenant.User.Id);
        tenant.Dispose();
        return answer.StatusCode;
    }
}
