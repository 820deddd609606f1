using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Routing;

namespace TenantKit.Gateway.Health;

/// <summary>The fleets of awake tenants, kept in step with the routes, and the only place that knows an instance's address.</summary>
/// <remarks>
/// A sleeping tenant has no entry and no timer. An instance that left its route is gone from here at once: no new connection is made to it,
/// whoever may own its address by then.
/// </remarks>
internal sealed partial class FleetTable(ProbeRunner probes, IOptions<TenantGatewayOptions> options, ILogger<FleetTable> logger)
{
    private readonly IOptions<TenantGatewayOptions> options = options;
    private readonly ConcurrentDictionary<string, TenantFleet> fleets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TenantFleet> troubled = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, InstanceSlot> byInstance = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Raised with the tenant's id when instances became available or ceased to be.</summary>
    public event Action<string>? Changed;

    /// <summary>The fleets of all tenants that are awake, in no order.</summary>
    public IEnumerable<TenantFleet> All => fleets.Select(static entry => entry.Value);

    /// <summary>Those of them that have an instance which takes no requests, or takes them for a trial.</summary>
    public IEnumerable<TenantFleet> Troubled => troubled.Select(static entry => entry.Value);

    public bool TryGet(string tenantId, [NotNullWhen(true)] out TenantFleet? fleet) => fleets.TryGetValue(tenantId, out fleet);

    /// <summary>The instance whose connections have this authority.</summary>
    public bool TryGetInstance(string instanceId, [NotNullWhen(true)] out InstanceSlot? slot) => byInstance.TryGetValue(instanceId, out slot);

    /// <summary>Takes a route over. Called by one writer at a time.</summary>
    public void Follow(Route route)
    {
        var instances = route.State == RouteState.Active ? route.Instances : [];
        if (instances.Count == 0 && !fleets.ContainsKey(route.TenantId))
        {
            return;
        }

        var fleet = fleets.GetOrAdd(route.TenantId, static (id, table) => new TenantFleet(id, table.options.Value.PanicThreshold, table.troubled), this);
        var old = fleet.Slots;
        var slots = new List<InstanceSlot>(instances.Count);
        foreach (var instance in instances)
        {
            if (Keep(old, instance) is { } kept)
            {
                slots.Add(kept);
            }
            else if (Create(route, fleet, instance) is { } created)
            {
                slots.Add(created);
            }
        }

        // By id, so by age: no gateway's choices depend on the order in which the control plane happened to list them.
        slots.Sort(static (a, b) => string.CompareOrdinal(a.InstanceId, b.InstanceId));
        Weigh(route, slots);
        fleet.Set([.. slots]);
        Settle(route, fleet, old, slots);
    }

    /// <summary>Records what a probe or a request found out about a slot.</summary>
    public void Update(InstanceSlot slot, Action change)
    {
        if (!fleets.TryGetValue(slot.TenantId, out var fleet))
        {
            return;
        }

        var panicked = fleet.Panics;
        var changed = fleet.Update(change);
        if (fleet.Panics != panicked)
        {
            LogPanic(slot.TenantId, panicked ? "no longer" : "now", fleet.Available.Length, fleet.Slots.Length);
        }

        if (changed)
        {
            Changed?.Invoke(slot.TenantId);
        }
    }

    private static InstanceSlot? Keep(InstanceSlot[] old, RouteInstance instance)
    {
        var slot = Array.Find(old, slot => slot.InstanceId == instance.InstanceId);
        if (slot is null || slot.Instance.Endpoint != instance.Endpoint || slot.Instance.Protocol != instance.Protocol || !slot.Instance.Key.Span.SequenceEqual(instance.Key.Span))
        {
            return null;
        }

        var claimsReady = instance.Claim == Tenants.InstanceClaim.Ready && slot.Instance.Claim != Tenants.InstanceClaim.Ready;
        slot.Instance = instance;
        if (claimsReady && !slot.Ready)
        {
            slot.Kick();
        }

        return slot;
    }

    private static void Weigh(Route route, List<InstanceSlot> slots)
    {
        var weights = LoadBalancingSettings.TryParse(route.LoadBalancing, out var settings, out _) ? settings.Weights : [];
        for (var i = 0; i < slots.Count; i++)
        {
            slots[i].Weight = i < weights.Count ? weights[i] : 1;
        }
    }

    private InstanceSlot? Create(Route route, TenantFleet fleet, RouteInstance instance)
    {
        if (!IPEndPoint.TryParse(instance.Endpoint, out var endpoint) || endpoint.Port == 0 || Uri.CheckHostName(instance.InstanceId) != UriHostNameType.Dns)
        {
            LogUnusable(route.TenantId, instance.InstanceId, instance.Endpoint);
            return null;
        }

        return new InstanceSlot(fleet, instance, endpoint, route.Probe);
    }

    private void Settle(Route route, TenantFleet fleet, InstanceSlot[] old, List<InstanceSlot> slots)
    {
        foreach (var gone in old)
        {
            if (!slots.Contains(gone))
            {
                byInstance.TryRemove(KeyValuePair.Create(gone.InstanceId, gone));
                gone.End();
            }
        }

        foreach (var slot in slots)
        {
            if (Array.IndexOf(old, slot) < 0)
            {
                probes.Start(this, slot);
                byInstance[slot.InstanceId] = slot;
            }
        }

        if (slots.Count == 0)
        {
            fleets.TryRemove(KeyValuePair.Create(route.TenantId, fleet));
        }

        Changed?.Invoke(route.TenantId);
    }

    [LoggerMessage(1, LogLevel.Warning, "Instance {InstanceId} of tenant {TenantId} cannot be used: its id must be a host label and its endpoint '{Endpoint}' an IP address and port.")]
    private partial void LogUnusable(string tenantId, string instanceId, string endpoint);

    [LoggerMessage(2, LogLevel.Warning, "Too few instances of tenant {TenantId} are healthy to go by health: that is so {Now}. {Available} of {All} take requests.")]
    private partial void LogPanic(string tenantId, string now, int available, int all);
}
