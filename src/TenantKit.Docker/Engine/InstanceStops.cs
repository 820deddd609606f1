using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using TenantKit.Docker.Logs;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>Asks containers to stop, waits, and removes them. A stop that has begun goes on when its caller gives up.</summary>
internal sealed partial class InstanceStops(EngineClient engine, InstancesInFlight inFlight, LogArchive archive, UnitEventHub events, ILogger<InstanceStops> logger)
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
                await StopRunningAsync(container, gracePeriod).ConfigureAwait(false);
            }

            if (keepsLog && !container.IsNew)
            {
                await archive.KeepAsync(unit, container, CancellationToken.None).ConfigureAwait(false);
            }

            await engine.Api.Containers.RemoveContainerAsync(
                container.Id, new ContainerRemoveParameters { Force = true, RemoveVolumes = false }, CancellationToken.None).ConfigureAwait(false);
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

    private async Task StopRunningAsync(Container container, TimeSpan gracePeriod)
    {
        var seconds = (uint)Math.Clamp(Math.Ceiling(gracePeriod.TotalSeconds), 0, 3600);
        if (container.Found.State?.Paused == true)
        {
            // One that is frozen hears no signal.
            await engine.Api.Containers.UnpauseContainerAsync(container.Id, CancellationToken.None).ConfigureAwait(false);
        }

        await engine.Api.Containers.StopContainerAsync(container.Id, new ContainerStopParameters { WaitBeforeKillSeconds = seconds }, CancellationToken.None).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tenant {TenantId}: instance {InstanceId} could not be stopped; the next look tries again.")]
    private partial void LogStopFailed(Exception exception, string tenantId, string instanceId);
}
