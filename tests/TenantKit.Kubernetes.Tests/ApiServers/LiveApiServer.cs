using k8s;
using TenantKit.Kubernetes.Tests.Live;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>The API server of the real cluster that there is.</summary>
public sealed class LiveApiServer : RealApiServer
{
    private protected override async Task<KubernetesClientConfiguration> ConnectAsync() => KubernetesClientConfiguration.BuildConfigFromConfigFile(await LiveCluster.ConnectAsync());
}
