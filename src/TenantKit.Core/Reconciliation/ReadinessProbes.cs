using System.Collections.Concurrent;
using TenantKit.Orchestration;
using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>The control plane's own look at instances. What it counts is soft: it begins anew with the host.</summary>
internal sealed class ReadinessProbes(IInstanceProbe probe, IInstanceCredentials credentials)
{
    private readonly ConcurrentDictionary<string, int> failures = new();

    public int FailuresOf(string instanceId) => failures.GetValueOrDefault(instanceId);

    public async Task<IReadOnlyDictionary<string, ProbeResult>> ProbeAsync(
        Tenant tenant, UnitObservation unit, Template template, CancellationToken cancellationToken)
    {
        var running = unit.Instances
            .Where(instance => instance is { State: RuntimeState.Running, Endpoint: not null } && instance.RestartEpoch >= tenant.RestartEpoch)
            .ToList();
        var results = await Task.WhenAll(running.Select(instance => probe.ProbeAsync(
            tenant.Id,
            new RouteInstance(instance.Id, instance.Endpoint!, false, InstanceClaim.None, credentials.GetKey(tenant.Id, instance.Id), instance.StartedAt) { Protocol = template.Http.Protocol },
            template.Probe,
            cancellationToken)));

        var byId = new Dictionary<string, ProbeResult>();
        for (var i = 0; i < running.Count; i++)
        {
            byId[running[i].Id] = results[i];
            if (results[i].Passed)
            {
                failures.TryRemove(running[i].Id, out _);
            }
            else
            {
                failures.AddOrUpdate(running[i].Id, 1, static (_, count) => count + 1);
            }
        }

        foreach (var ended in unit.Instances.Where(static instance => instance.State == RuntimeState.Exited))
        {
            failures.TryRemove(ended.Id, out _);
        }

        return byId;
    }
}
