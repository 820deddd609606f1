namespace TenantKit.Orchestration;

/// <summary>Runs units: what a tenant's app, its copies and its data are made of.</summary>
/// <remarks>
/// All methods are thread-safe, idempotent, and may be cancelled at any moment: a cancelled or failed call leaves a state that
/// <see cref="ObserveAsync"/> tells truthfully and that the next call converges from. Calls for one unit are never made at the
/// same time by one control plane; calls for different units are. A call that throws <see cref="OrchestratorException"/> with
/// <see cref="OrchestratorException.IsTransient"/> may or may not have had its effect.
/// A runtime that declares <see cref="OrchestratorCapabilities.Fencing"/> remembers the highest fencing token of each unit and refuses a
/// call with a lower one by <see cref="StaleTokenException"/>, without effect; token 0 stands for a caller without leases and is never refused.
/// </remarks>
public interface IContainerOrchestrator
{
    /// <summary>Name of the runtime for people, such as <c>process</c>.</summary>
    string Name { get; }

    /// <summary>What the runtime can do; constant for the life of the orchestrator.</summary>
    OrchestratorCapabilities Capabilities { get; }

    /// <summary>Says whether an image and command can be started here.</summary>
    /// <param name="image">The image.</param>
    /// <param name="command">Command and arguments; empty for the image's own.</param>
    /// <param name="cancellationToken">Cancels the look-up.</param>
    /// <returns>What was found.</returns>
    Task<ImageResolution> ResolveImageAsync(string image, IReadOnlyList<string> command, CancellationToken cancellationToken);

    /// <summary>
    /// Converges the unit to the specification: as many live instances as replicas, none of an older restart epoch or generation of settings.
    /// Returns once the runtime has accepted the work; readiness is observed, not awaited. When instances must go (fewer replicas, newer
    /// epoch) they are asked to stop and get the grace period; the call may return before they are gone.
    /// How long to wait before an instance that ended is replaced is the caller's to decide: an ensure replaces it at once.
    /// </summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The unit as it is now.</returns>
    /// <exception cref="OrchestratorException">It could not be done; the code says why.</exception>
    /// <exception cref="StaleTokenException">Another caller has acted with a higher token. Nothing was done.</exception>
    Task<UnitObservation> EnsureAsync(UnitSpec spec, CancellationToken cancellationToken);

    /// <summary>Ends all compute of the unit and keeps its data. Done when the call returns: nothing of it runs any more.</summary>
    /// <param name="unit">The unit; one that does not exist is already asleep.</param>
    /// <param name="gracePeriod">Time the instances get to finish before they are killed.</param>
    /// <param name="fencingToken">Token of the lease under which the caller acts; 0 for none.</param>
    /// <param name="cancellationToken">Cancels the wait; instances already asked to stop still stop.</param>
    /// <returns>A task that completes when no instance is left.</returns>
    /// <exception cref="StaleTokenException">Another caller has acted with a higher token. Nothing was done.</exception>
    Task SleepAsync(UnitRef unit, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken);

    /// <summary>Ends all compute of the unit and, when asked, removes its data. Done when the call returns.</summary>
    /// <param name="unit">The unit; one that is gone or half made is no error.</param>
    /// <param name="deleteData">True to remove its data as well.</param>
    /// <param name="gracePeriod">Time the instances get to finish before they are killed.</param>
    /// <param name="fencingToken">Token of the lease under which the caller acts; 0 for none.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when everything asked for is gone.</returns>
    /// <exception cref="StaleTokenException">Another caller has acted with a higher token. Nothing was done.</exception>
    Task DeleteAsync(UnitRef unit, bool deleteData, TimeSpan gracePeriod, long fencingToken, CancellationToken cancellationToken);

    /// <summary>Looks at one unit. Reads the runtime itself, not a cache.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <returns>The unit, or null when neither compute nor data of it exists.</returns>
    Task<UnitObservation?> ObserveAsync(UnitRef unit, CancellationToken cancellationToken);

    /// <summary>Lists every unit of this installation, those that no store knows included.</summary>
    /// <param name="cancellationToken">Ends the list.</param>
    /// <returns>The units.</returns>
    IAsyncEnumerable<UnitObservation> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Tells which units changed, from now on. An event is a hint to observe; events may be repeated, and may be missed when the stream
    /// ends, so that consumers list again after they reconnect. One that reaches its runtime again after it could not says so with
    /// <see cref="UnitEvent.RuntimeIsBack"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The events.</returns>
    IAsyncEnumerable<UnitEvent> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Reads what the unit uses now.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The usage; empty for a unit without compute.</returns>
    Task<UnitUsage> ReadUsageAsync(UnitRef unit, CancellationToken cancellationToken);

    /// <summary>Reads the unit's logs, oldest first.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="query">Which lines.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The lines.</returns>
    IAsyncEnumerable<LogLine> ReadLogsAsync(UnitRef unit, LogQuery query, CancellationToken cancellationToken);

    /// <summary>Runs a command once in the unit's environment, with its data, and waits for its end.</summary>
    /// <param name="spec">The unit.</param>
    /// <param name="command">Command and arguments.</param>
    /// <param name="cancellationToken">Kills the command.</param>
    /// <returns>How it ended.</returns>
    Task<CommandResult> RunCommandAsync(UnitSpec spec, IReadOnlyList<string> command, CancellationToken cancellationToken);
}
