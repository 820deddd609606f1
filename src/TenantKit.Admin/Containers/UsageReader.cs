using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>Reads what tenants use, remembers it for a moment, and answers null rather than fail or hold a list up.</summary>
internal sealed partial class UsageReader(
    IContainerOrchestrator orchestrator, TimeProvider time, IOptions<TenantAdminOptions> options, ILogger<UsageReader> logger) : IDisposable
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, Reading> readings = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim slots = new(8);

    public async Task<UnitUsage?> ReadAsync(TenantState state, CancellationToken cancellationToken)
    {
        if (!state.Instances.Any(static instance => instance.State != InstanceState.Exited))
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (readings.Count > MaxRemembered)
        {
            readings.Clear();
        }

        var reading = readings.AddOrUpdate(
            state.Tenant.Id,
            static (_, arg) => arg.Self.Start(arg.Tenant, arg.Now),
            static (_, known, arg) => arg.Now - known.At < arg.Self.MaxAge ? known : arg.Self.Start(arg.Tenant, arg.Now),
            (Self: this, state.Tenant, Now: now));
        return await reading.Usage.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => slots.Dispose();

    private TimeSpan MaxAge => options.Value.UsageMaxAge;

    // Lazy: of two readings that race for the same place only one asks the runtime.
    private Reading Start(Tenant tenant, DateTimeOffset now) => new(now, new Lazy<Task<UnitUsage?>>(() => ReadAsync(tenant)));

    private async Task<UnitUsage?> ReadAsync(Tenant tenant)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await slots.WaitAsync(limit.Token).ConfigureAwait(false);
            try
            {
                return await orchestrator.ReadUsageAsync(new UnitRef(tenant.Id, tenant.UnitName), limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }
        }
        catch (Exception exception)
        {
            LogUnreadable(logger, exception, tenant.Id); // whatever the runtime's driver throws: a list must not fail for its figures
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The usage of tenant {TenantId} cannot be read.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, string tenantId);

    private sealed record Reading(DateTimeOffset At, Lazy<Task<UnitUsage?>> Usage);
}
