using k8s;
using TenantKit.Kubernetes.Access;
using TenantKit.Kubernetes.Tests.Emulator;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>The emulated one. Requests of an account that may do everything go past its rights.</summary>
public sealed class EmulatedApiServer : ApiServerHarness
{
    private EmulatedCluster cluster = null!;

    private protected override KubernetesClientConfiguration Control => new() { Host = cluster.Address };

    public override async Task StartAsync()
    {
        cluster = await EmulatedCluster.StartAsync();
        Admin = new AdminApi(new KubernetesClientConfiguration { Host = cluster.Address, AccessToken = EmulatedCluster.AdminToken });
    }

    internal override Task GrantAsync(IReadOnlyList<RbacRule> rules)
    {
        cluster.Options.Rights = [.. rules.SelectMany(static rule => rule.Verbs.Select(verb => $"{verb} {rule.Group}/{rule.Resource}"))];
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await cluster.DisposeAsync();
    }
}
