using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TenantKit.Audit;
using TenantKit.Management;
using TenantKit.Storage;
using TenantKit.Templates;

namespace TenantKit.PublicApi.Tests.Snippets;

/// <summary>The code of src/TenantKit.Core/README.md.</summary>
internal static class CoreSnippets
{
    public static async Task HostAsync(string[] args)
    {
        #region core-host
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddTenantKit()
            .UseLocalProcesses(processes => processes.Images["orders"] = ["dotnet", "/srv/orders/Orders.dll"])
            .AddTemplate(new Template { Name = "default", Version = 1, Image = "orders", CreatedAt = default });
        await builder.Build().RunAsync();
        #endregion
    }

    public static async Task TenantAsync(ITenantManager tenants, IChangeWriter store, IOperationWaiter operations, CancellationToken cancellationToken)
    {
        #region core-tenant
        var newTenant = new NewTenant { Name = "acme", OwnerUserId = "01k0000000000000000000000a", OwnerUserName = "acme" };
        var draft = await tenants.DraftCreateAsync(newTenant, Actor.System, cancellationToken);
        await store.CommitAsync(draft.Changes, cancellationToken);
        var operation = await operations.WaitAsync(draft.Operation.Id, TimeSpan.FromSeconds(60), cancellationToken);
        #endregion
        GC.KeepAlive(operation);
    }
}
