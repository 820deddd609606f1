using k8s;
using k8s.Exceptions;
using Microsoft.Extensions.Options;

namespace TenantKit.Kubernetes.Api;

/// <summary>The connection to the cluster: the pod's own account inside a cluster, else the kubeconfig.</summary>
internal sealed class ClusterConnection : IDisposable
{
    public ClusterConnection(IOptions<KubernetesOptions> options)
        : this(Load(options.Value))
    {
    }

    public ClusterConnection(KubernetesClientConfiguration settings)
    {
        ServerName = string.IsNullOrWhiteSpace(settings.TlsServerName) ? null : settings.TlsServerName;
        Client = new k8s.Kubernetes(settings);
    }

    public k8s.Kubernetes Client { get; }

    /// <summary>The name that the server's certificate is checked against, when it is not the host's.</summary>
    public string? ServerName { get; }

    public void Dispose() => Client.Dispose();

    private static KubernetesClientConfiguration Load(KubernetesOptions options)
    {
        try
        {
            var settings = options.KubeConfig is null && options.Context is null && KubernetesClientConfiguration.IsInCluster()
                ? KubernetesClientConfiguration.InClusterConfig()
                : KubernetesClientConfiguration.BuildConfigFromConfigFile(options.KubeConfig, options.Context);
            settings.UserAgent = $"tenantkit/{typeof(ClusterConnection).Assembly.GetName().Version?.ToString(3)} ({options.FieldManager})";
            return settings;
        }
        catch (Exception exception) when (exception is KubeConfigException or IOException)
        {
            throw new InvalidOperationException(
                $"No connection to a Kubernetes cluster is configured: {exception.Message} Run inside a pod, set {KubernetesOptions.SectionName}:KubeConfig, or set the environment variable KUBECONFIG.",
                exception);
        }
    }
}
