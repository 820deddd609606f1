using System.Diagnostics.CodeAnalysis;
using Docker.DotNet.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Testing.Contracts;

namespace TenantKit.Docker.Tests;

/// <summary>A Docker orchestrator with an installation of its own, which is cleared away when the test ends.</summary>
public class DockerHarness : OrchestratorHarness
{
    private const string Rest = "trap 'exit 0' TERM; while :; do sleep 0.2 & wait $!; done";

    private static readonly Dictionary<OrchestratorApp, string> Scripts = new()
    {
        [OrchestratorApp.Idle] = Rest,
        [OrchestratorApp.IgnoresStop] = "trap '' TERM; echo deaf; while :; do sleep 0.2 & wait $!; done",
        [OrchestratorApp.ExitsWithSeven] = "exit 7",
        [OrchestratorApp.Talks] = "echo 'line 1'; sleep 0.05; echo 'line 2' >&2; sleep 0.05; echo 'line 3'; " + Rest,
        [OrchestratorApp.CountsStarts] = "cd $TENANTKIT_DATA_DIR; echo x >>starts; echo start $(wc -l <starts); " + Rest,
        [OrchestratorApp.Ticks] = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.3 & wait $!; done",
        [OrchestratorApp.TalksALot] = "seq 1 100000 | sed 's/^/line /'; " + Rest,
        [OrchestratorApp.EatsMemory] = "sleep 0.3; exec tail /dev/zero", // an engine does not hear why one ended that ended before it had begun to listen
        [OrchestratorApp.BurnsCpu] = "trap 'exit 0' TERM; while :; do :; done",
        [OrchestratorApp.Forks] = "(i=0; while [ $i -lt 1000 ]; do sleep 60 & i=$((i+1)); done) 2>/dev/null; set -- /proc/[0-9]*; echo processes $#; exec sleep 600",
        [OrchestratorApp.Listens] = "echo hello >/tmp/index.html; exec httpd -f -p $PORT -h /tmp",
    };

    private ServiceProvider services;

    public DockerHarness() => Open();

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("tenantkit-docker-").FullName;

    public override IContainerOrchestrator Orchestrator => services.GetRequiredService<IContainerOrchestrator>();

    public IServiceProvider Services => services;

    internal EngineClient Engine => services.GetRequiredService<EngineClient>();

    public override TimeSpan Deadline => TimeSpan.FromMinutes(3);

    public ShiftedClock Clock { get; } = new();

    public override IReadOnlyList<string> HelloCommand => Shell("echo hello; exit 3");

    public override IReadOnlyList<string> CountCommand => Shell("echo $(wc -l <$TENANTKIT_DATA_DIR/starts)");

    public override IReadOnlyList<string> LongCommand => ["/bin/sleep", "60"];

    /// <summary>Settings of this test's orchestrator; applied when it is opened again.</summary>
    public Action<DockerOptions> Configure { get; set; } = static _ => { };

    public static string[] Shell(string script) => ["/bin/sh", "-c", script];

    public override IReadOnlyList<string> ConnectCommand(string endpoint) =>
        Shell($"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 {endpoint.Replace(':', ' ')} | grep -q hello");

    public override string NameUnit(string tenantId) => $"user-{tenantId}-{Engine.Installation}";

    public override UnitSpec Describe(UnitSpec spec, OrchestratorApp app) => spec with { Image = TestEngine.Shell, Command = Shell(Scripts[app]) };

    public override UnitSpec DescribeMissing(UnitSpec spec) => spec with { Image = "tenantkit/missing:1" };

    /// <summary>About how long a unit takes from nothing to running, in milliseconds: rounds end at random moments of it.</summary>
    public virtual int StartMilliseconds => 900;

    public override async Task KillAsync(InstanceObservation instance, CancellationToken cancellationToken) =>
        await Engine.Api.Containers.KillContainerAsync(await FindAsync(instance.Id, cancellationToken), new ContainerKillParameters { Signal = "SIGKILL" }, cancellationToken);

    public override async Task RestartAsync()
    {
        await services.DisposeAsync();
        Open();
    }

    /// <summary>The container of an instance.</summary>
    public async Task<string> FindAsync(string instanceId, CancellationToken cancellationToken)
    {
        var filter = UnitLabels.Filter($"{UnitLabels.Instance}={instanceId}");
        return Assert.Single(await Engine.Api.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filter }, cancellationToken)).ID;
    }

    /// <summary>How many containers, networks and volumes the installation has now.</summary>
    public async Task<(int Containers, int Networks, int Volumes)> CountAsync()
    {
        var containers = await Engine.Api.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = Engine.Mine() });
        var networks = await Engine.Api.Networks.ListNetworksAsync(new NetworksListParameters { Filters = Engine.Mine() });
        var volumes = await Engine.Api.Volumes.ListAsync(new VolumesListParameters { Filters = Engine.Mine() });
        return (containers.Count, networks.Count, volumes.Volumes?.Count ?? 0);
    }

    /// <summary>How many other objects there are, that a unit asleep has none of.</summary>
    public virtual Task<int> CountOthersAsync() => Task.FromResult(0);

    public override async ValueTask DisposeAsync()
    {
        var units = new List<UnitRef>();
        await foreach (var unit in Orchestrator.ListAsync(CancellationToken.None))
        {
            units.Add(unit.Unit);
        }

        await Task.WhenAll(units.Select(unit => Orchestrator.DeleteAsync(unit, deleteData: true, TimeSpan.Zero, CancellationToken.None)));
        foreach (var network in await Engine.Api.Networks.ListNetworksAsync(new NetworksListParameters { Filters = Engine.Mine() }))
        {
            await services.GetRequiredService<UnitNetworks>().RemoveAsync(network, CancellationToken.None);
        }

        await services.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [MemberNotNull(nameof(services))]
    public void Open()
    {
        var collection = new ServiceCollection();
        collection.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.Warning));
        collection.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        collection.AddSingleton<TimeProvider>(Clock);
        collection.Configure<TenantKitOptions>(kit => kit.DataDirectory = Directory);
        var builder = collection.AddTenantKit();
        Use(builder);
        services = collection.BuildServiceProvider();
    }

    protected virtual void Use(ITenantKitBuilder builder) => builder.UseDocker(Apply);

    protected void Apply(DockerOptions options)
    {
        options.Endpoint = TestEngine.Endpoint;
        options.PullImages = false;
        Configure(options);
    }
}
