namespace TenantKit.Orchestration;

/// <summary>Calls of callers that hold no lease: tests, tools, and hosts with a single control plane.</summary>
public static class ContainerOrchestratorExtensions
{
    /// <summary>Ends all compute of a unit and keeps its data, without a fencing token.</summary>
    /// <param name="orchestrator">The orchestrator.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="gracePeriod">Time the instances get to finish before they are killed.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when no instance is left.</returns>
    public static Task SleepAsync(this IContainerOrchestrator orchestrator, UnitRef unit, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return orchestrator.SleepAsync(unit, gracePeriod, fencingToken: 0, cancellationToken);
    }

    /// <summary>Ends all compute of a unit and, when asked, removes its data, without a fencing token.</summary>
    /// <param name="orchestrator">The orchestrator.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="deleteData">True to remove its data as well.</param>
    /// <param name="gracePeriod">Time the instances get to finish before they are killed.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when everything asked for is gone.</returns>
    public static Task DeleteAsync(
        this IContainerOrchestrator orchestrator, UnitRef unit, bool deleteData, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(orchestrator);
        return orchestrator.DeleteAsync(unit, deleteData, gracePeriod, fencingToken: 0, cancellationToken);
    }
}
