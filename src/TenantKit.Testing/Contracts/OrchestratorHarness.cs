using TenantKit.Orchestration;

namespace TenantKit.Testing.Contracts;

/// <summary>What the orchestrator suites need of the runtime under test. One harness serves one test.</summary>
public abstract class OrchestratorHarness : IAsyncDisposable
{
    /// <summary>The orchestrator under test.</summary>
    public abstract IContainerOrchestrator Orchestrator { get; }

    /// <summary>Longest wait of the suites for anything. Not the time that anything may take: slow machines are slow.</summary>
    public virtual TimeSpan Deadline => TimeSpan.FromSeconds(30);

    /// <summary>Names a tenant's unit. Runtimes that tests share need names that no other test has at the same time.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>The name.</returns>
    public virtual string NameUnit(string tenantId) => "user-" + tenantId;

    /// <summary>Gives a specification the image and command of an app.</summary>
    /// <param name="spec">The specification so far.</param>
    /// <param name="app">The app.</param>
    /// <returns>The specification with image and command.</returns>
    public abstract UnitSpec Describe(UnitSpec spec, OrchestratorApp app);

    /// <summary>Gives a specification an image that the runtime does not have.</summary>
    /// <param name="spec">The specification so far.</param>
    /// <returns>The specification.</returns>
    public abstract UnitSpec DescribeMissing(UnitSpec spec);

    /// <summary>A command that prints <c>hello</c> and ends with exit code 3.</summary>
    public abstract IReadOnlyList<string> HelloCommand { get; }

    /// <summary>A command that counts the starts an app <see cref="OrchestratorApp.CountsStarts"/> has left in the unit's data, prints the number, and ends with 0.</summary>
    public abstract IReadOnlyList<string> CountCommand { get; }

    /// <summary>A command that runs for a minute.</summary>
    public abstract IReadOnlyList<string> LongCommand { get; }

    /// <summary>A command that ends with 0 when it can connect to an endpoint within two seconds, and with another code when not. Needed of runtimes that isolate networks.</summary>
    /// <param name="endpoint"><c>host:port</c>.</param>
    /// <returns>The command.</returns>
    public virtual IReadOnlyList<string> ConnectCommand(string endpoint) =>
        throw new InvalidOperationException($"The runtime declares {nameof(OrchestratorCapabilities.NetworkIsolation)}, so that its harness has to say how a unit connects to {endpoint}.");

    /// <summary>False where the runtime has no meter for usage, or one that is minutes late.</summary>
    public virtual bool TellsUsage => true;

    /// <summary>False where the most processes of an instance are a setting of the machine, not of the instance.</summary>
    public virtual bool LimitsProcesses => true;

    /// <summary>Kills an instance behind the orchestrator's back.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes once the blow was dealt.</returns>
    public abstract Task KillAsync(InstanceObservation instance, CancellationToken cancellationToken);

    /// <summary>Drops the orchestrator as a crash of its host does, and makes a new one that finds what the old one left.</summary>
    /// <returns>A task that completes when <see cref="Orchestrator"/> is the new one.</returns>
    public abstract Task RestartAsync();

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
