using System.Text.Json;
using TenantKit.Control;
using TenantKit.Gateway.Health;

namespace TenantKit.Gateway.Activity;

/// <summary>What there is to tell the control plane of instances: those left out, and how requests are spread where there are several.</summary>
/// <remarks>What it costs grows with the tenants that are busy or in trouble, not with those that are awake.</remarks>
internal sealed class InstanceReports(FleetTable fleets, IInstanceHealthView health)
{
    /// <param name="busy">The tenants that have requests in flight.</param>
    public IReadOnlyList<InstanceActivity> Take(IEnumerable<string> busy)
    {
        List<InstanceActivity>? told = null;
        HashSet<string>? troubled = null;
        foreach (var fleet in fleets.Troubled)
        {
            (troubled ??= new(StringComparer.Ordinal)).Add(fleet.TenantId);
            Tell(fleet.TenantId, ref told);
        }

        foreach (var tenantId in busy)
        {
            // An only instance that is healthy has the tenant's requests: that is told already.
            if (troubled?.Contains(tenantId) != true && fleets.TryGet(tenantId, out var fleet) && fleet.Slots is { Length: > 1 } slots && Array.Exists(slots, static slot => slot.InFlight > 0))
            {
                Tell(tenantId, ref told);
            }
        }

        return told ?? (IReadOnlyList<InstanceActivity>)[];
    }

    private void Tell(string tenantId, ref List<InstanceActivity>? told)
    {
        foreach (var instance in health.Of(tenantId))
        {
            (told ??= []).Add(new InstanceActivity(
                instance.TenantId, instance.InstanceId, JsonNamingPolicy.CamelCase.ConvertName(instance.State.ToString()), instance.Reason, instance.InFlight, instance.OutFor));
        }
    }
}
