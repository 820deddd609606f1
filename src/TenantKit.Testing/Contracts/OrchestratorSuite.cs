using System.Diagnostics;
using TenantKit.Orchestration;
using TenantKit.Tenants;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>Common ground of the orchestrator suites: derive a class from each suite with the harness of the runtime, and run them all.</summary>
/// <typeparam name="THarness">The harness.</typeparam>
public abstract class OrchestratorSuite<THarness> : IAsyncLifetime
    where THarness : OrchestratorHarness, new()
{
    /// <summary>Grace that is never used up.</summary>
    protected static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    /// <summary>The harness of this test.</summary>
    protected THarness Harness { get; } = new();

    /// <summary>The orchestrator under test.</summary>
    protected IContainerOrchestrator Orchestrator => Harness.Orchestrator;

    /// <summary>Cancelled when the test run ends.</summary>
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Harness.DisposeAsync();
    }

    /// <summary>A specification of one instance.</summary>
    /// <param name="app">The app.</param>
    /// <param name="replicas">How many instances.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>The specification.</returns>
    protected UnitSpec Spec(OrchestratorApp app, int replicas = 1, string tenantId = "01aaaaaaaaaaaaaaaaaaaaaaaa") =>
        Harness.Describe(Bare(replicas, tenantId), app);

    /// <summary>A specification without image and command.</summary>
    /// <param name="replicas">How many instances.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>The specification.</returns>
    protected UnitSpec Bare(int replicas = 1, string tenantId = "01aaaaaaaaaaaaaaaaaaaaaaaa") => new()
    {
        Unit = new UnitRef(tenantId, Harness.NameUnit(tenantId)),
        TenantName = "acme",
        Generation = 1,
        RestartEpoch = 1,
        Replicas = replicas,
        Image = "",
        Resources = ResourceLimits.Default,
        StopGracePeriod = Patient,
    };

    /// <summary>Observes until the unit is as wanted; ensures again meanwhile when a specification is given, as a control loop does.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="isReached">What is wanted.</param>
    /// <param name="ensure">The specification to ensure again; null for none.</param>
    /// <returns>The unit.</returns>
    protected Task<UnitObservation> UntilAsync(UnitRef unit, Func<UnitObservation, bool> isReached, UnitSpec? ensure = null) =>
        UntilAsync(unit, isReached, static () => Task.CompletedTask, ensure);

    /// <summary>Looks at something beside the unit before each observation, until both are as wanted.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="isReached">What is wanted.</param>
    /// <param name="look">The other look.</param>
    /// <param name="ensure">The specification to ensure again; null for none.</param>
    /// <returns>The unit.</returns>
    protected async Task<UnitObservation> UntilAsync(UnitRef unit, Func<UnitObservation, bool> isReached, Func<Task> look, UnitSpec? ensure = null)
    {
        ArgumentNullException.ThrowIfNull(isReached);
        ArgumentNullException.ThrowIfNull(look);
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            await look();
            UnitObservation? now = null;
            OrchestratorException? trouble = null;
            try
            {
                now = ensure is null
                    ? await Orchestrator.ObserveAsync(unit, Token)
                    : await Orchestrator.EnsureAsync(ensure, Token);
            }
            catch (OrchestratorException exception) when (exception.IsTransient && ensure is not null)
            {
                trouble = exception; // a control loop tries again
            }

            if (now is not null && isReached(now))
            {
                return now;
            }

            Assert.True(Stopwatch.GetElapsedTime(since) < Harness.Deadline, $"The unit did not get there in time; it is: {trouble?.Message ?? Show(now)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    /// <summary>Ensures, and waits until all wanted instances run and no other lives.</summary>
    /// <param name="spec">The specification.</param>
    /// <returns>The unit.</returns>
    protected Task<UnitObservation> RunAsync(UnitSpec spec) => UntilAsync(
        spec.Unit,
        unit => Live(unit).Count == spec.Replicas && Live(unit).TrueForAll(instance => instance.State == RuntimeState.Running && instance.IsCurrent && instance.RestartEpoch == spec.RestartEpoch),
        spec);

    /// <summary>The instances that have not ended.</summary>
    /// <param name="unit">The unit.</param>
    /// <returns>The instances.</returns>
    protected static List<InstanceObservation> Live(UnitObservation unit) =>
        [.. unit.Instances.Where(static instance => instance.State != RuntimeState.Exited)];

    /// <summary>Reads log lines until there are enough, or the logs end.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="query">Which lines.</param>
    /// <param name="count">How many are enough.</param>
    /// <returns>The lines.</returns>
    protected async Task<List<LogLine>> ReadAsync(UnitRef unit, LogQuery query, int count = int.MaxValue)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Harness.Deadline);
        var lines = new List<LogLine>();
        await foreach (var line in Orchestrator.ReadLogsAsync(unit, query, limit.Token))
        {
            lines.Add(line);
            if (lines.Count == count)
            {
                break;
            }
        }

        return lines;
    }

    /// <summary>Follows the logs until a line is as wanted.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="isWanted">What is wanted.</param>
    /// <returns>The lines up to that one.</returns>
    protected async Task<List<LogLine>> ReadUntilAsync(UnitRef unit, Func<LogLine, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Harness.Deadline);
        var lines = new List<LogLine>();
        await foreach (var line in Orchestrator.ReadLogsAsync(unit, new LogQuery { Follow = true }, limit.Token))
        {
            lines.Add(line);
            if (isWanted(line))
            {
                return lines;
            }
        }

        throw new InvalidOperationException($"The logs ended before the wanted line; they had {lines.Count}.");
    }

    /// <summary>All units that the runtime lists.</summary>
    /// <returns>The units.</returns>
    protected async Task<List<UnitObservation>> ListAsync()
    {
        var list = new List<UnitObservation>();
        await foreach (var unit in Orchestrator.ListAsync(Token))
        {
            list.Add(unit);
        }

        return list;
    }

    private static string Show(UnitObservation? unit) =>
        unit is null ? "nothing" : string.Join("; ", unit.Instances.Select(static instance => instance.ToString()));
}
