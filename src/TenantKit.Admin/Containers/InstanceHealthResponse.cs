using TenantKit.Control;

namespace TenantKit.Admin.Containers;

/// <summary>An instance as a gateway sees it.</summary>
internal sealed record InstanceHealthResponse(string Id, string State, string? Reason, int InFlight, double? OutForSeconds)
{
    public static InstanceHealthResponse Of(InstanceActivity instance) =>
        new(instance.InstanceId, instance.State, instance.Reason, instance.InFlight, instance.OutFor is { } left ? Math.Round(left.TotalSeconds, 3) : null);
}
