using Microsoft.Extensions.Hosting;

namespace TenantKit.Orchestration.Processes;

/// <summary>Adopts what still runs before anything else starts, and stops the tenants after everything else has stopped.</summary>
internal sealed class ProcessOrchestratorLifetime(ProcessOrchestrator orchestrator, IContainerOrchestrator chosen) : IHostedLifecycleService
{
    private bool IsChosen => ReferenceEquals(orchestrator, chosen);

    public Task StartingAsync(CancellationToken cancellationToken) => IsChosen ? orchestrator.OpenAsync(cancellationToken) : Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => IsChosen ? orchestrator.ShutDownAsync(cancellationToken) : Task.CompletedTask;
}
