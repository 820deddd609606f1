using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>An instance. Usage is null when it cannot be read now.</summary>
internal sealed record InstanceResponse(
    string Id,
    [property: JsonConverter(typeof(CamelCaseEnum<InstanceState>))] InstanceState State,
    string? Endpoint,
    string Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    double? UptimeSeconds,
    int? ExitCode,
    int? CpuMillicores,
    long? MemoryBytes,
    long? StorageBytes)
{
    public static InstanceResponse Of(Instance instance, UnitUsage? usage, DateTimeOffset now)
    {
        var isAlive = instance.State != InstanceState.Exited;
        var own = usage?.Instances.FirstOrDefault(reading => reading.InstanceId == instance.Id);
        return new InstanceResponse(
            instance.Id,
            instance.State,
            instance.Endpoint,
            instance.Reason,
            instance.CreatedAt,
            instance.StartedAt,
            isAlive && instance.StartedAt is { } started ? Math.Max(0, Math.Round((now - started).TotalSeconds, 3)) : null,
            instance.ExitCode,
            isAlive ? own?.CpuMillicores : null,
            isAlive ? own?.MemoryBytes : null,
            isAlive ? usage?.StorageBytes : null);
    }
}
