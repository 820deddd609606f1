using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Databases;

/// <summary>
/// Holds an app back until its database takes connections. It asks inside the database's container while it starts, and never again: at rest
/// nothing is asked.
/// </summary>
internal sealed partial class DatabaseGate(
    EngineClient engine, IOptions<DockerOptions> options, InstanceStarter starter, UnitEventHub events, ILogger<DatabaseGate> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Starts the app's container as soon as the database takes connections; removes it when that is not to be.</summary>
    public void StartBehind(UnitRef unit, string database, string app) => _ = RunAsync(unit, database, app);

    /// <summary>Waits until the database takes connections.</summary>
    /// <exception cref="TimeoutException">It did not within its start time-out.</exception>
    public async Task WaitAsync(string database, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.Database.StartTimeout);
        try
        {
            while (!await IsReadyAsync(database, limit.Token).ConfigureAwait(false))
            {
                await Task.Delay(Interval, engine.Time, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The database took no connection within {options.Value.Database.StartTimeout.TotalSeconds:0} s. Its container's log tells more.");
        }
    }

    private async Task RunAsync(UnitRef unit, string database, string app)
    {
        try
        {
            await WaitAsync(database, CancellationToken.None).ConfigureAwait(false);
            await starter.StartAsync(app, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (EngineErrors.IsOne(exception, CancellationToken.None))
        {
            LogNotStarted(exception, unit.TenantId);
            await starter.AbandonAsync(app).ConfigureAwait(false);
        }
        finally
        {
            events.Publish(unit.TenantId);
        }
    }

    private async Task<bool> IsReadyAsync(string database, CancellationToken cancellationToken)
    {
        var command = options.Value.Database.ReadyCommand ?? ["mariadb-admin", "ping", "--protocol=tcp", "--host=127.0.0.1", "--user=app", "--connect-timeout=2", "--silent"];
        var asked = await engine.Api.Exec.CreateContainerExecAsync(
            database, new ContainerExecCreateParameters { Cmd = command, AttachStdout = true, AttachStderr = true }, cancellationToken).ConfigureAwait(false);
        using (var output = await engine.Api.Exec.StartContainerExecAsync(asked.ID, new ContainerExecStartParameters(), cancellationToken).ConfigureAwait(false))
        {
            await output.ReadOutputToEndAsync(cancellationToken).ConfigureAwait(false);
        }

        return (await engine.Api.Exec.InspectContainerExecAsync(asked.ID, cancellationToken).ConfigureAwait(false)).ExitCode == 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tenant {TenantId}: the app was not started, because its database is not ready.")]
    private partial void LogNotStarted(Exception exception, string tenantId);
}
