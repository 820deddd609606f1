using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using TenantKit.Kubernetes.Access;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Leases;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>An API server for tests that need nothing behind it: no node, no controller. Each test has an installation of its own.</summary>
public abstract class ApiServerHarness : IAsyncDisposable
{
    /// <summary>Tells the objects of a test apart from those of others.</summary>
    protected string Mark { get; } = Guid.NewGuid().ToString("N")[..5];

    /// <summary>An account that may do everything.</summary>
    internal AdminApi Admin { get; private protected set; } = null!;

    /// <summary>The account that the orchestrator has.</summary>
    private protected abstract KubernetesClientConfiguration Control { get; }

    internal KubernetesOptions Options => new() { Installation = "test-" + Mark, NamePrefix = $"t{Mark}-", ResolveImages = false };

    /// <summary>Starts or finds the server, or skips the test with the reason.</summary>
    public abstract Task StartAsync();

    /// <summary>Gives the orchestrator's account these rights, and no others.</summary>
    internal abstract Task GrantAsync(IReadOnlyList<RbacRule> rules);

    /// <summary>What the orchestrator's account gets for an answer.</summary>
    internal Task<(int Code, JsonNode? Body)> AskAsControlAsync(string path) => new AdminApi(Control).SendAsync("GET", path);

    internal KubernetesOrchestrator Open(KubernetesOptions? options = null) => new(
        new ClusterConnection(Control), Microsoft.Extensions.Options.Options.Create(options ?? Options), new TestCredentials(), new TestIds(), new TestRandom(7), TimeProvider.System,
        NullLogger<KubernetesOrchestrator>.Instance);

    /// <summary>A replica of the control plane, as far as it tells that it lives.</summary>
    internal LeaseRoll OpenRoll(KubernetesOptions options) => new(
        new ClusterConnection(Control), Microsoft.Extensions.Options.Options.Create(options), Microsoft.Extensions.Options.Options.Create(new TenantKitOptions { LeaseTime = TimeSpan.FromMinutes(2) }), TimeProvider.System, new TestRandom(7));

    public abstract ValueTask DisposeAsync();
}
