using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Benchmarks.Reports;

/// <summary>
/// What a unit costs on a real engine: the time from asking for it until its app answers, against the engine's own calls made by hand (network,
/// container, start, and the same probe), one after the other in turns; twenty at once; and the calls of each step.
/// </summary>
internal static class DockerReport
{
    private const string Image = "tenantkit/test-shell:1";
    private const int Port = 8080;
    private const int Rounds = 15;
    private const int AtOnce = 20;
    private static readonly string[] App = ["/bin/sh", "-c", "exec httpd -f -p 8080 -h /tmp"];

    public static async Task RunAsync(bool onSwarm, string? file)
    {
        var directory = Directory.CreateTempSubdirectory("tenantkit-benchmark-");
        await using var services = Services(directory.FullName, onSwarm);
        var orchestrator = services.GetRequiredService<IContainerOrchestrator>();
        var engine = services.GetRequiredService<EngineClient>();
        Func<DockerClient, string, Task<double>> byHand = onSwarm ? SwarmByHandAsync : ByHandAsync;
        try
        {
            var unit = Spec(0);
            await WakeAsync(orchestrator, unit);
            await orchestrator.SleepAsync(unit.Unit, TimeSpan.Zero, CancellationToken.None);
            await byHand(engine.Api, "warm");

            List<double> ours = [], hand = [];
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(await TimeAsync(() => WakeAsync(orchestrator, unit)));
                await orchestrator.SleepAsync(unit.Unit, TimeSpan.Zero, CancellationToken.None);
                hand.Add(await byHand(engine.Api, $"{round}"));
            }

            var oursAtOnce = await TimeAsync(() => Task.WhenAll(Enumerable.Range(1, AtOnce).Select(number => WakeAsync(orchestrator, Spec(number)))));
            await Task.WhenAll(Enumerable.Range(1, AtOnce).Select(number => orchestrator.DeleteAsync(Spec(number).Unit, deleteData: true, TimeSpan.Zero, CancellationToken.None)));
            var handAtOnce = (await Task.WhenAll(Enumerable.Range(1, AtOnce).Select(number => byHand(engine.Api, $"once-{number}")))).Max();
            var calls = await CountAsync(orchestrator, engine, Spec(AtOnce + 1));
            await orchestrator.DeleteAsync(unit.Unit, deleteData: true, TimeSpan.Zero, CancellationToken.None);

            var result = new
            {
                orchestrator = orchestrator.Name,
                rounds = Rounds,
                wakeMs = Median(ours),
                byHandMs = Median(hand),
                ratio = Median([.. ours.Zip(hand, static (mine, bare) => mine / bare)]),
                unitsAtOnce = AtOnce,
                atOnceMs = Round(oursAtOnce),
                atOnceByHandMs = Round(handAtOnce),
                calls,
            };
            var text = JsonSerializer.Serialize(result, new JsonSerializerOptions { WriteIndented = true });
            Console.WriteLine(text);
            if (file is not null)
            {
                await File.WriteAllTextAsync(file, text + "\n");
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static ServiceProvider Services(string directory, bool onSwarm)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        collection.Configure<TenantKitOptions>(kit => kit.DataDirectory = directory);
        var builder = collection.AddTenantKit();
        _ = onSwarm ? builder.UseDockerSwarm(static options => options.PullImages = false) : builder.UseDocker(static options => options.PullImages = false);
        return collection.BuildServiceProvider();
    }

    private static UnitSpec Spec(int number) => new()
    {
        Unit = new UnitRef($"01bench{number:d19}", $"bench-{Environment.ProcessId}-{number}"), TenantName = "tenant", Generation = 1, RestartEpoch = 1, Replicas = 1,
        Image = Image, Command = App, Port = Port, Resources = new ResourceLimits(1000, 128L << 20, 1L << 30), StopGracePeriod = TimeSpan.FromSeconds(1),
    };

    private static async Task WakeAsync(IContainerOrchestrator orchestrator, UnitSpec spec)
    {
        var unit = await orchestrator.EnsureAsync(spec, CancellationToken.None);
        while (unit.Instances is not [{ State: RuntimeState.Running, Endpoint: not null }])
        {
            await Task.Delay(20);
            unit = await orchestrator.ObserveAsync(spec.Unit, CancellationToken.None) ?? unit;
        }

        await ProbeAsync(IPEndPoint.Parse(unit.Instances[0].Endpoint!));
    }

    /// <summary>The least that a person would ask of the engine for the same: a network of its own, the container, its start, its address.</summary>
    /// <returns>Milliseconds until the app answers.</returns>
    private static async Task<double> ByHandAsync(DockerClient api, string name)
    {
        name = $"bench-hand-{Environment.ProcessId}-{name}";
        var since = Stopwatch.GetTimestamp();
        var network = await api.Networks.CreateNetworkAsync(new NetworksCreateParameters { Name = name, Driver = "bridge", Internal = true });
        var container = await api.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = name, Image = Image, Entrypoint = [App[0]], Cmd = [.. App[1..]], User = "10001:10001",
            HostConfig = new HostConfig { NetworkMode = name, Memory = 128L << 20, NanoCPUs = 1_000_000_000, Mounts = [new Mount { Type = "volume", Source = name, Target = "/data" }] },
        });
        await api.Containers.StartContainerAsync(container.ID, null);
        var found = await api.Containers.InspectContainerAsync(container.ID);
        await ProbeAsync(new IPEndPoint(IPAddress.Parse(found.NetworkSettings!.Networks![name].IPAddress!), Port));
        var took = Stopwatch.GetElapsedTime(since).TotalMilliseconds;

        await api.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
        await api.Networks.DeleteNetworkAsync(network.ID);
        await api.Volumes.RemoveAsync(name, force: true);
        return took;
    }

    /// <summary>The same of a swarm: an overlay network, a service of one task, and its address on the bridge to this machine.</summary>
    /// <returns>Milliseconds until the app answers.</returns>
    private static async Task<double> SwarmByHandAsync(DockerClient api, string name)
    {
        name = $"bench-hand-{Environment.ProcessId}-{name}";
        var since = Stopwatch.GetTimestamp();
        var network = await api.Networks.CreateNetworkAsync(new NetworksCreateParameters { Name = name, Driver = "overlay", Attachable = true });
        var service = await api.Swarm.CreateServiceAsync(new ServiceCreateParameters
        {
            Service = new ServiceSpec
            {
                Name = name,
                Mode = new ServiceMode { Replicated = new ReplicatedService { Replicas = 1 } },
                EndpointSpec = new EndpointSpec { Mode = "dnsrr" },
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = new ContainerSpec { Image = Image, Command = [App[0]], Args = [.. App[1..]], User = "10001:10001", Mounts = [new Mount { Type = "volume", Source = name, Target = "/data" }] },
                    RestartPolicy = new SwarmRestartPolicy { Condition = "none" },
                    Resources = new ResourceRequirements { Limits = new SwarmLimit { MemoryBytes = 128L << 20, NanoCPUs = 1_000_000_000 } },
                    Networks = [new NetworkAttachmentConfig { Target = name }],
                },
            },
        });
        await ProbeAsync(new IPEndPoint(await FindTaskAsync(api, service.ID!), Port));
        var took = Stopwatch.GetElapsedTime(since).TotalMilliseconds;

        await api.Swarm.RemoveServiceAsync(service.ID!);
        while ((await api.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = UnitLabels.Filter($"com.docker.swarm.service.id={service.ID}") })).Count > 0)
        {
            await Task.Delay(100);
        }

        await RepeatAsync(() => api.Networks.DeleteNetworkAsync(network.ID));
        await RepeatAsync(() => api.Volumes.RemoveAsync(name, force: true));
        return took;
    }

    private static async Task<IPAddress> FindTaskAsync(DockerClient api, string service)
    {
        while (true)
        {
            var running = await api.Containers.ListContainersAsync(new ContainersListParameters { Filters = UnitLabels.Filter($"com.docker.swarm.service.id={service}") });
            if (running.Count > 0 && (await api.Networks.InspectNetworkAsync("docker_gwbridge")).Containers is { } attached
                && attached.TryGetValue(running[0].ID, out var endpoint) && endpoint.IPv4Address is { Length: > 0 } address)
            {
                return IPAddress.Parse(address.Split('/')[0]);
            }

            await Task.Delay(20);
        }
    }

    private static async Task RepeatAsync(Func<Task> step)
    {
        for (var left = 100; ; left--)
        {
            try
            {
                await step();
                return;
            }
            catch (DockerApiException) when (left > 0)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task ProbeAsync(IPEndPoint endpoint)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(endpoint);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(2);
            }
        }
    }

    private static async Task<Dictionary<string, long>> CountAsync(IContainerOrchestrator orchestrator, EngineClient engine, UnitSpec spec)
    {
        var calls = new Dictionary<string, long>();
        await StepAsync("new", () => orchestrator.EnsureAsync(spec, CancellationToken.None));
        await WakeAsync(orchestrator, spec);
        await StepAsync("sleep", () => orchestrator.SleepAsync(spec.Unit, TimeSpan.Zero, CancellationToken.None));
        await StepAsync("wake", () => orchestrator.EnsureAsync(spec, CancellationToken.None));
        await WakeAsync(orchestrator, spec);
        using var stop = new CancellationTokenSource();
        await using (var events = orchestrator.WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token))
        {
            var next = events.MoveNextAsync().AsTask();
            await Task.Delay(2_000); // whoever followed the start has seen its end
            await StepAsync("atRestIn10Seconds", static () => Task.Delay(10_000));
            await stop.CancelAsync();
            await next.ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await StepAsync("delete", () => orchestrator.DeleteAsync(spec.Unit, deleteData: true, TimeSpan.Zero, CancellationToken.None));
        return calls;

        async Task StepAsync(string name, Func<Task> step)
        {
            var before = engine.Calls;
            await step();
            calls[name] = engine.Calls - before;
        }
    }

    private static async Task<double> TimeAsync(Func<Task> step)
    {
        var since = Stopwatch.GetTimestamp();
        await step();
        return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
    }

    private static double Median(List<double> values) => Round(values.Order().ElementAt(values.Count / 2));

    private static double Round(double value) => Math.Round(value, value < 10 ? 3 : 1);
}
