using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;
using TenantKit.Leases;
using TenantKit.Management;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Activity;

/// <summary>
/// Decides sleep: one deadline per awake tenant, no scan. Idle is: no request and no stream in flight, and none for the idle time-out.
/// What the decision starts is a withdrawal first; a request that comes meanwhile wakes the tenant and so cancels it.
/// </summary>
internal sealed partial class IdleMonitor : IDisposable
{
    private readonly KeyedDeadlines<string> deadlines;
    private readonly long startedAt;
    private readonly ConcurrentDictionary<string, DateTimeOffset> bases = new(StringComparer.Ordinal);
    private readonly TimeProvider time;
    private readonly IOptions<TenantKitOptions> options;
    private readonly ActivityTracker activity;
    private readonly ITenantReader tenants;
    private readonly TemplateCache templates;
    private readonly TenantManager manager;
    private readonly ShardLeases leases;
    private readonly ILogger<IdleMonitor> logger;

    public IdleMonitor(
        TimeProvider time, IOptions<TenantKitOptions> options, ActivityTracker activity, ITenantReader tenants,
        TemplateCache templates, TenantManager manager, ShardLeases leases, ILogger<IdleMonitor> logger)
    {
        this.time = time;
        this.options = options;
        this.activity = activity;
        this.tenants = tenants;
        this.templates = templates;
        this.manager = manager;
        this.leases = leases;
        startedAt = time.GetTimestamp();
        this.logger = logger;
        deadlines = new KeyedDeadlines<string>(time, tenantId => _ = CheckAsync(tenantId));
    }

    /// <summary>Takes note of a tenant's newest state: an awake one gets a deadline, any other loses it.</summary>
    public void Track(TenantState state, Template template)
    {
        var timeout = TimeoutOf(template);
        if (IsAwake(state) && timeout > TimeSpan.Zero)
        {
            if (!deadlines.Contains(state.Tenant.Id))
            {
                Wait(state, timeout);
            }
        }
        else
        {
            deadlines.Remove(state.Tenant.Id);
            bases.TryRemove(state.Tenant.Id, out _);
        }
    }

    /// <summary>How long until it is looked whether the tenant is idle; null when it is not awake here.</summary>
    public TimeSpan? GetTimeLeft(string tenantId) => deadlines.GetLeft(tenantId);

    public void Dispose() => deadlines.Dispose();

    internal async Task CheckAsync(string tenantId)
    {
        // As it was when this deadline was set: while the state is read, a newer deadline may be.
        DateTimeOffset? known = bases.TryGetValue(tenantId, out var since) ? since : null;
        try
        {
            if (await tenants.LoadStateAsync(tenantId, CancellationToken.None) is not { } state || !IsAwake(state))
            {
                return;
            }

            var template = await templates.GetAsync(state.Tenant, CancellationToken.None);
            var timeout = TimeoutOf(template);
            if (timeout <= TimeSpan.Zero)
            {
                return;
            }

            if (activity.GetInFlight(tenantId) > 0)
            {
                deadlines.Set(tenantId, timeout);
                return;
            }

            if (known != BaseOf(state))
            {
                Wait(state, timeout);
                return;
            }

            await SleepAsync(state, timeout);
        }
        catch (Exception exception)
        {
            // The deadline must not be lost with the failure: the tenant would never sleep.
            LogCheckFailed(exception, tenantId);
            deadlines.Set(tenantId, options.Value.MaxBackoff);
        }
    }

    /// <summary>
    /// Waits until the tenant has been idle long enough. Whether it was is told by the same moment still being the last one: the moment
    /// itself may come from another clock.
    /// </summary>
    private void Wait(TenantState state, TimeSpan timeout)
    {
        var since = BaseOf(state);
        var passed = time.GetUtcNow() - since;
        if (activity.GetTimeSinceAccess(state.Tenant.Id) is { } told && told < passed)
        {
            passed = told;
        }

        // Of what was used before it started this replica knows only what happened to be stored: it counts from its start.
        var age = time.GetElapsedTime(startedAt);
        passed = age < passed ? age : passed;
        bases[state.Tenant.Id] = since;
        deadlines.Set(state.Tenant.Id, passed <= TimeSpan.Zero ? timeout : timeout - passed);
    }

    /// <summary>Only the replica that acts for the tenant decides; the others look again later, in case it comes to them.</summary>
    private async Task SleepAsync(TenantState state, TimeSpan timeout)
    {
        var tenantId = state.Tenant.Id;
        if (!leases.TryEnter(tenantId, out var fence))
        {
            deadlines.Set(tenantId, timeout);
            return;
        }

        try
        {
            await manager.SleepIdleAsync(state, activity.GetLastAccess(tenantId), fence, CancellationToken.None);
        }
        catch (LeaseLostException)
        {
            deadlines.Set(tenantId, timeout);
        }
        finally
        {
            leases.Leave(tenantId);
        }
    }

    private static bool IsAwake(TenantState state) =>
        state is { Tenant: { Desired: DesiredState.Running, Suspended: false }, Status.Phase: TenantPhase.Running or TenantPhase.Degraded };

    private TimeSpan TimeoutOf(Template template) => template.IdleTimeout ?? options.Value.IdleTimeout;

    private DateTimeOffset BaseOf(TenantState state)
    {
        var since = state.Status.ChangedAt;
        var access = activity.GetLastAccess(state.Tenant.Id) ?? state.Status.LastAccessAt;
        return access > since ? access.Value : since;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The idle check of tenant {TenantId} failed; it is repeated later.")]
    private partial void LogCheckFailed(Exception exception, string tenantId);
}
