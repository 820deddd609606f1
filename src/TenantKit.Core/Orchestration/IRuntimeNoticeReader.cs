namespace TenantKit.Orchestration;

/// <summary>
/// Tells what a runtime has noticed about a unit lately. Optional: an orchestrator whose runtime keeps such notices implements it beside
/// <see cref="IContainerOrchestrator"/>.
/// </summary>
/// <remarks>Thread-safe. Asked when a person wants to know why a tenant is as it is, never by the control loop.</remarks>
public interface IRuntimeNoticeReader
{
    /// <summary>Reads the notices about a unit's objects.</summary>
    /// <param name="unit">The unit; of one that does not exist there are none.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>At most ten notices, the newest first.</returns>
    /// <exception cref="OrchestratorException">They cannot be read; the message says why.</exception>
    Task<IReadOnlyList<RuntimeNotice>> ReadNoticesAsync(UnitRef unit, CancellationToken cancellationToken);
}
