using k8s;
using k8s.Exceptions;
using Microsoft.Extensions.Options;

namespace TenantKit.Kubernetes.Api;

/// <summary>The connection to the cluster: the pod's own account inside a cluster, else the kubeconfig; as for kubectl, KUBECONFIG names the files where no setting does.</summary>
internal sealed class ClusterConnection : IDisposable
{
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public ClusterConnection(IOptions<KubernetesOptions> options)
        : this(Load(options.Value))
    {
    }

    public ClusterConnection(KubernetesClientConfiguration settings)
    {
        settings.FirstMessageHandlerSetup = Configure;
        ServerName = string.IsNullOrWhiteSpace(settings.TlsServerName) ? null : settings.TlsServerName;
        Client = new k8s.Kubernetes(settings);
    }

    public k8s.Kubernetes Client { get; }

    /// <summary>The name that the server's certificate is checked against, when it is not the host's.</summary>
    public string? ServerName { get; }

    public void Dispose() => Client.Dispose();

    /// <summary>
    /// All requests and watches share one connection (HTTP/2). Where something in between keeps it open and carries nothing any more, a new request
    /// would wait on it as the old ones do, for minutes: so it is asked for a sign of life, and given up without one.
    /// </summary>
    private static void Configure(SocketsHttpHandler handler)
    {
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout) = (PingDelay, PingTimeout);
        handler.ConnectTimeout = ConnectTimeout;
    }

    private static KubernetesClientConfiguration Load(KubernetesOptions options)
    {
        try
        {
            var settings = options.KubeConfig is null && options.Context is null && KubernetesClientConfiguration.IsInCluster()
                ? KubernetesClientConfiguration.InClusterConfig()
                : options.KubeConfig is null && Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } named
                    ? FromFiles(named, options.Context)
                    : KubernetesClientConfiguration.BuildConfigFromConfigFile(options.KubeConfig, options.Context);
            settings.UserAgent = $"tenantkit/{typeof(ClusterConnection).Assembly.GetName().Version?.ToString(3)} ({options.FieldManager})";
            return settings;
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new InvalidOperationException(
                $"No connection to a Kubernetes cluster is configured: {exception.Message} Run inside a pod, set {KubernetesOptions.SectionName}:KubeConfig, or set the environment variable KUBECONFIG.",
                exception);
        }
    }

    /// <summary>Of several files the one that has the context; those that do not exist are passed over, as kubectl does.</summary>
    private static KubernetesClientConfiguration FromFiles(string named, string? context)
    {
        var files = named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(File.Exists).ToArray();
        if (files.Length == 0)
        {
            throw new KubeConfigException($"KUBECONFIG names '{named}', where there is no file.");
        }

        var contents = Array.ConvertAll(files, static file => KubernetesClientConfiguration.LoadKubeConfig(file));
        context ??= Array.Find(contents, static content => !string.IsNullOrEmpty(content.CurrentContext))?.CurrentContext;
        var holder = Array.FindIndex(contents, content => content.Contexts?.Any(known => known.Name == context) == true);
        return KubernetesClientConfiguration.BuildConfigFromConfigFile(files[Math.Max(holder, 0)], context);
    }
}
