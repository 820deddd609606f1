using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Gateway.Health;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Tests.Health;

/// <summary>Fleets in virtual time, whose probes answer as a test says.</summary>
internal sealed class HealthBench : IInstanceProbe, IDisposable
{
    private readonly ServiceProvider services;
    private readonly ConcurrentDictionary<string, ProbeResult> answers = new();
    private long revision;
    private int probes;

    public HealthBench(Action<TenantGatewayOptions>? configure = null)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton<IInstanceProbe>(this);
        collection.AddTenantGateway();
        collection.Configure<TenantGatewayOptions>(options => configure?.Invoke(options));
        services = collection.BuildServiceProvider();
        Table = services.GetRequiredService<FleetTable>();
        Detector = services.GetRequiredService<OutlierDetector>();
        View = services.GetRequiredService<IInstanceHealthView>();
    }

    public FakeTimeProvider Time { get; } = new();

    public FleetTable Table { get; }

    public OutlierDetector Detector { get; }

    public IInstanceHealthView View { get; }

    public LoadBalancer Balancer => services.GetRequiredService<LoadBalancer>();

    public Route Route { get; private set; } = null!;

    /// <summary>A tenant whose instances are ready and past their slow start.</summary>
    public async Task<InstanceSlot[]> FleetAsync(int count, string tenantId = "t")
    {
        Route = new Route
        {
            TenantId = tenantId,
            TenantName = tenantId,
            State = RouteState.Active,
            Instances = [.. Enumerable.Range(0, count).Select(i => new RouteInstance($"{tenantId}{i}", $"127.0.0.1:{i + 1}", false, InstanceClaim.Ready, default, null))],
            Probe = new ProbeSettings { Kind = ProbeKind.Http, FailureThreshold = 3 },
            LoadBalancing = "round-robin; slow-start=00:00:00",
            Revision = ++revision,
        };
        Table.Follow(Route);
        Assert.True(Table.TryGet(tenantId, out var fleet));
        await Poll.UntilAsync(() => fleet.Available.Length == count);
        return fleet.Slots;
    }

    public TenantFleet Fleet(string tenantId = "t") => Table.TryGet(tenantId, out var fleet) ? fleet : throw new InvalidOperationException("It sleeps.");

    /// <summary>Probes of all instances so far.</summary>
    public int Probes => Volatile.Read(ref probes);

    /// <summary>From the next probe on, and asks for one.</summary>
    public void Answer(InstanceSlot slot, ProbeResult result)
    {
        SetAnswer(slot, result);
        slot.Kick();
    }

    /// <summary>From the next probe on, whenever it comes.</summary>
    public void SetAnswer(InstanceSlot slot, ProbeResult result) => answers[slot.InstanceId] = result;

    /// <summary>Lets time pass in steps, so that every probe in between takes place, until a condition holds.</summary>
    public Task PassUntilAsync(TimeSpan step, Func<bool> condition) => Poll.UntilAsync(() =>
    {
        if (condition())
        {
            return true;
        }

        Time.Advance(step);
        return false;
    });

    public void Fail(InstanceSlot slot, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Detector.RequestFailed(slot);
        }
    }

    public InstanceHealth Health(InstanceSlot slot) => View.Of(slot.TenantId).Single(health => health.InstanceId == slot.InstanceId);

    public Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref probes);
        return Task.FromResult(answers.GetValueOrDefault(instance.InstanceId, ProbeResult.Success));
    }

    public void Dispose() => services.Dispose();
}
