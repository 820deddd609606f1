using System.Globalization;
using Microsoft.Extensions.Options;
using TenantKit.Activity;
using TenantKit.Autoscaling;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Explanation;

/// <summary>Reads the store once, and asks the parts of this replica what they would do.</summary>
internal sealed class TenantExplainer(
    ITenantStore store, TemplateCache templates, ActivityTracker activity, IdleMonitor idle, Autoscaler autoscaler, ShardLeases leases, IStartQueue starts, RuntimeNotices notices,
    IOptions<TenantKitOptions> options) : ITenantExplainer
{
    private const int OperationsLookedAt = 50;

    public async Task<TenantExplanation?> ExplainAsync(string tenantId, CancellationToken cancellationToken)
    {
        if (await store.LoadStateAsync(tenantId, cancellationToken) is not { } state)
        {
            return null;
        }

        var noticed = notices.ReadAsync(state.Tenant, cancellationToken);
        var template = await templates.GetAsync(state.Tenant, cancellationToken);
        var operations = await store.ListOperationsAsync(tenantId, new PageRequest(OperationsLookedAt), cancellationToken);
        var share = Shards.NameOf(Shards.Of(tenantId));
        var held = await store.ListLeasesAsync(cancellationToken);
        var gateways = activity.GetTraffic(tenantId);
        var actsHere = leases.Holds(tenantId);
        return new TenantExplanation
        {
            State = state,
            Template = template,
            Gateways = gateways,
            LastAccessAt = activity.GetLastAccess(tenantId) ?? state.Status.LastAccessAt,
            Sleep = state.Tenant is { Desired: DesiredState.Running, Suspended: false } ? Outlook(state, template, gateways, actsHere) : null,
            Autoscale = autoscaler.GetOutlook(tenantId),
            Lease = held.FirstOrDefault(lease => lease.Name == share && lease.Holder is not null),
            ActsHere = actsHere,
            QueuePosition = starts.GetPosition(tenantId),
            Notices = await noticed,
            LastWake = operations.Items.FirstOrDefault(static operation =>
                operation.Kind is OperationKinds.Wake or OperationKinds.Start or OperationKinds.Restart or OperationKinds.Resume or OperationKinds.Create),
        };
    }

    private SleepOutlook Outlook(TenantState state, Template template, IReadOnlyList<GatewayTraffic> gateways, bool actsHere)
    {
        var timeout = template.IdleTimeout ?? options.Value.IdleTimeout;
        if (timeout <= TimeSpan.Zero)
        {
            return new SleepOutlook(null, null, [new SleepBlocker("never_sleeps", $"Template {template.Name} version {template.Version} never sleeps.")]);
        }

        var blockers = new List<SleepBlocker>();
        if (gateways.Sum(static gateway => gateway.InFlight) is > 0 and var inFlight)
        {
            blockers.Add(new SleepBlocker("requests_in_flight", string.Create(CultureInfo.InvariantCulture, $"{inFlight} requests and streams are in flight.")));
        }

        var left = idle.GetTimeLeft(state.Tenant.Id);
        if (left > TimeSpan.Zero)
        {
            blockers.Add(new SleepBlocker("idle_time_left", string.Create(CultureInfo.InvariantCulture, $"Of {timeout} without requests, {left:hh\\:mm\\:ss} are left.")));
        }

        if (state.Status.Phase is not (TenantPhase.Running or TenantPhase.Degraded))
        {
            blockers.Add(new SleepBlocker("not_running_yet", "It is not running yet; idle time counts from when it does."));
        }

        if (!actsHere)
        {
            blockers.Add(new SleepBlocker("acted_for_elsewhere", "Another replica of the control plane acts for it, and decides."));
        }

        return new SleepOutlook(timeout, left, blockers);
    }
}
