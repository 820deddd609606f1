using System.Text.Json.Nodes;

namespace TenantKit.LoadChecks.Hosting;

/// <summary>What the checks' tenants run.</summary>
internal static class Apps
{
    /// <summary>This program's own app, with the agent inside.</summary>
    public static string[] Ledger { get; } = ["dotnet", typeof(Apps).Assembly.Location, "app"];

    /// <summary>Members of a template whose tenants never sleep by themselves and have so many instances.</summary>
    public static JsonObject Awake(int replicas) => new()
    {
        ["idleTimeout"] = "00:00:00",
        ["minReplicas"] = replicas,
        ["maxReplicas"] = replicas,
        ["resources"] = new JsonObject { ["cpu"] = "500m", ["memory"] = "200Mi" },
    };
}
