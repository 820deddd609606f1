using Docker.DotNet;
using Microsoft.Extensions.Logging;
using TenantKit.Docker.Logs;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>Asks containers to stop, waits, and removes them. A stop that has begun goes on when its caller gives up.</summary>
internal sealed partial class InstanceStops(IUnitParts parts, InstancesInFlight inFlight, LogArchive archive, UnitEventHub events, ILogger<InstanceStops> logger)
{
    /// <summary>SIGTERM, then SIGKILL after the grace period (whole seconds, rounded up); the log is kept, and the container removed.</summary>
    /// <param name="unit">Its unit.</param>
    /// <param name="container">The container.</param>
    /// <param name="gracePeriod">Time it gets.</param>
    /// <param name="keepsLog">True when its log outlives it.</param>
    public Task StopAsync(UnitRef unit, Container container, TimeSpan gracePeriod, bool keepsLog = true) =>
        inFlight.Stop(container.Id, () => StopCoreAsync(unit, container, gracePeriod, keepsLog));

    private async Task StopCoreAsync(UnitRef unit, Container container, TimeSpan gracePeriod, bool keepsLog)
    {
        try
        {
            if (container.IsRunning)
            {
                await parts.StopAsync(container, gracePeriod).ConfigureAwait(false);
            }

            if (keepsLog && container.HasLog)
            {
                await archive.KeepAsync(unit, container, CancellationToken.None).ConfigureAwait(false);
            }

            await parts.RemoveAsync(container).ConfigureAwait(false);
        }
        catch (DockerApiException exception) when (EngineErrors.IsNotFound(exception) || EngineErrors.IsConflict(exception))
        {
            // Gone already, or its removal is under way.
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, CancellationToken.None))
        {
            LogStopFailed(exception, unit.TenantId, container.InstanceId);
            throw EngineErrors.Explain($"Stopping '{container.Name}'", exception);
        }
        finally
        {
            events.Publish(unit.TenantId);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tenant {TenantId}: instance {InstanceId} could not be stopped; the next look tries again.")]
    private partial void LogStopFailed(Exception exception, string tenantId, string instanceId);
}
