using Docker.DotNet.Models;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Swarm;

/// <summary>
/// Looks at a new task until it runs or has failed, and tells when the swarm says why it does not start: of that the engine sends no event. At
/// rest nothing is asked.
/// </summary>
internal sealed class TaskFollower(EngineClient engine, UnitEventHub events)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Seldom = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public void Follow(UnitRef unit, string instanceId) => _ = RunAsync(unit, instanceId);

    private async Task RunAsync(UnitRef unit, string instanceId)
    {
        var since = engine.Time.GetTimestamp();
        string? told = null;
        try
        {
            while (engine.Time.GetElapsedTime(since) is var elapsed && elapsed < Longest)
            {
                await Task.Delay(elapsed < Seldom ? Often : Seldom, engine.Time).ConfigureAwait(false);
                var filters = UnitLabels.Filter($"{UnitLabels.Instance}={instanceId}");
                var tasks = await engine.Api.Tasks.ListAsync(new TasksListParameters { Filters = filters }, CancellationToken.None).ConfigureAwait(false);
                var status = tasks.MaxBy(static task => task.CreatedAt)?.Status;
                if (status is null)
                {
                    return; // removed meanwhile
                }

                if (status.Err is { Length: > 0 } && status.Err != told)
                {
                    told = status.Err;
                    events.Publish(unit.TenantId);
                }

                if (status.State >= TaskState.Running)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException || EngineErrors.IsOne(exception, CancellationToken.None))
        {
            // The engine or the host goes; the next look tells.
        }
    }
}
