using System.Diagnostics;
using TenantKit.Kubernetes.Tests.Emulator;
using TenantKit.Orchestration;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Tests;

/// <summary>Common ground of the tests that look behind the orchestrator.</summary>
public abstract class KubernetesTest : IAsyncLifetime
{
    protected static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    private protected KubernetesHarness Harness { get; } = new();

    private protected EmulatedCluster Cluster => Harness.Cluster;

    protected IContainerOrchestrator Orchestrator => Harness.Orchestrator;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Harness.DisposeAsync();
    }

    private protected UnitSpec Spec(string app = EmulatedApps.Idle, string tenantId = "01aaaaaaaaaaaaaaaaaaaaaaaa", DatabaseMode database = DatabaseMode.Embedded) => new()
    {
        Unit = new UnitRef(tenantId, "user-" + tenantId), TenantName = "acme", Generation = 1, RestartEpoch = 1, Replicas = 1, Image = $"{Cluster.Registry}/app:1", Command = [app],
        Resources = ResourceLimits.Default, StopGracePeriod = Patient, Database = database,
    };

    private protected static string SpaceOf(UnitSpec spec) => "tk-" + spec.Unit.TenantId;

    /// <summary>Ensures as the control loop does, until all wanted instances run.</summary>
    protected Task<UnitObservation> RunAsync(UnitSpec spec) => UntilAsync(
        () => Orchestrator.EnsureAsync(spec, Token),
        unit => Live(unit).Count == spec.Replicas && Live(unit).TrueForAll(instance => instance.State == RuntimeState.Running && instance.IsCurrent && instance.RestartEpoch == spec.RestartEpoch));

    protected Task<UnitObservation> ObservedAsync(UnitSpec spec, Predicate<UnitObservation> isReached) => UntilAsync(
        async () => await Orchestrator.ObserveAsync(spec.Unit, Token) ?? new UnitObservation(spec.Unit, [], false), isReached);

    protected static List<InstanceObservation> Live(UnitObservation unit) => [.. unit.Instances.Where(static instance => instance.State != RuntimeState.Exited)];

    protected static async Task<T> UntilAsync<T>(Func<Task<T>> look, Predicate<T> isReached)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var now = await look();
            if (isReached(now))
            {
                return now;
            }

            Assert.True(Stopwatch.GetElapsedTime(since) < Patient, $"It did not come to that in time; it is: {now}");
            await Task.Delay(10, Token);
        }
    }
}
