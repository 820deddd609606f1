using k8s;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>The real API server on its own, started from KUBEBUILDER_ASSETS.</summary>
public sealed class LocalApiServer : RealApiServer
{
    private protected override Task<KubernetesClientConfiguration> ConnectAsync()
    {
        Assert.SkipWhen(LocalControlPlane.Missing is not null, LocalControlPlane.Missing ?? "");
        return LocalControlPlane.StartAsync();
    }
}
