using System.Text.Json;
using TenantKit.Control;
using TenantKit.Gateway.Health;

namespace TenantKit.Gateway.Activity;

/// <summary>What there is to tell the control plane of instances: those left out, and how requests are spread where there are several.</summary>
internal sealed class InstanceReports(FleetTable fleets, IInstanceHealthView health)
{
    public IReadOnlyList<InstanceActivity> Take()
    {
        List<InstanceActivity>? told = null;
        foreach (var fleet in fleets.All)
        {
            if (!IsNews(fleet))
            {
                continue;
            }

            foreach (var instance in health.Of(fleet.TenantId))
            {
                (told ??= []).Add(new InstanceActivity(
                    instance.TenantId, instance.InstanceId, JsonNamingPolicy.CamelCase.ConvertName(instance.State.ToString()), instance.Reason, instance.InFlight, instance.OutFor));
            }
        }

        return told ?? (IReadOnlyList<InstanceActivity>)[];
    }

    // An only instance that is healthy has the tenant's requests: that is told already.
    private static bool IsNews(TenantFleet fleet)
    {
        var slots = fleet.Slots;
        var anyInFlight = false;
        foreach (var slot in slots)
        {
            if (!slot.Healthy || slot.Ejection.Trial)
            {
                return true;
            }

            anyInFlight |= slot.InFlight > 0;
        }

        return slots.Length > 1 && anyInFlight;
    }
}
