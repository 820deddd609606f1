using TenantKit.Samples.Starting;
using TenantKit.Templates;

namespace TenantKit.Samples.Tenants;

/// <summary>Where tenants run: the setting <c>TenantKit:Orchestrator</c> says it, local processes unless it says otherwise.</summary>
internal static class ChosenOrchestrator
{
    private const string Setting = "TenantKit:Orchestrator";
    private const string Internal = "TenantKit:Gateway:InternalUrl";

    public static ITenantKitBuilder UseChosenOrchestrator(this ITenantKitBuilder builder, IConfiguration configuration)
    {
        var choice = configuration[Setting] ?? "Processes";
        _ = choice.ToUpperInvariant() switch
        {
            "PROCESSES" => builder.UseLocalProcesses(processes => processes.Images.TryAdd("business-app:latest", BusinessApp.CommandLine)),
            "DOCKER" => builder.UseDocker(),
            "DOCKERSWARM" => builder.UseDockerSwarm(),
            "KUBERNETES" => builder.UseKubernetes(),
            _ => throw new StartUpException([$"'{choice}' is no orchestrator of this host. Set {Setting} to Processes, Docker, DockerSwarm or Kubernetes."]),
        };

        var inCluster = choice.Equals("Kubernetes", StringComparison.OrdinalIgnoreCase);
        if ((inCluster || choice.StartsWith("Docker", StringComparison.OrdinalIgnoreCase)) && ListensOnLoopback(configuration))
        {
            var (address, guide) = inCluster ? ("ADDRESS:5082, an address of this machine that the cluster's pods reach", "kubernetes") : ("0.0.0.0:5082", "docker");
            throw new StartUpException(
            [
                $"Tenants' containers cannot reach the gateway's internal listener on loopback. Set {Internal} to http://{address}, and let a firewall keep others than the tenants' networks from it (docs/guides/{guide}.md).",
            ]);
        }

        var image = configuration["TenantKit:Template:Image"] ?? "business-app:latest";
        return builder.AddTemplate(new Template { Name = "default", Version = 1, Image = image, CreatedAt = TimeProvider.System.GetUtcNow() });
    }

    /// <summary>Of this process's own gateway; one that runs apart has settings of its own.</summary>
    private static bool ListensOnLoopback(IConfiguration configuration) =>
        Uri.TryCreate(configuration[Internal] ?? configuration["TenantKit:RegistrationUrl"] ?? "http://127.0.0.1:5082", UriKind.Absolute, out var url)
        && url.IsLoopback && configuration["TenantKit:Control:Url"] is null && configuration["TenantKit:Docker:Reach"] is null or "Address";
}
