using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TenantKit.Activity;
using TenantKit.Diagnostics;
using TenantKit.Leases;
using TenantKit.Routing.Feed;
using TenantKit.Storage;

namespace TenantKit.Core.Tests.Leases;

/// <summary>One replica's leases, renewed by hand.</summary>
internal sealed class Replica
{
    private readonly LeaseKeeper keeper;

    public Replica(string name, ITenantStore store, TimeProvider time, IReplicaRoll? roll = null)
    {
        Shards = new ShardLeases(time);
        Epoch = new FeedEpoch(new UlidSource(time), time);
        var options = Options.Create(new TenantKitOptions());
        Activity = new ActivityTracker(Epoch, time, options);
        keeper = new LeaseKeeper(store, Shards, new NamedReplica(name), Epoch, Activity, time, options, NullLogger<LeaseKeeper>.Instance, roll);
    }

    public ShardLeases Shards { get; }

    public FeedEpoch Epoch { get; }

    public ActivityTracker Activity { get; }

    public IEnumerable<int> Held => Enumerable.Range(0, TenantKit.Leases.Shards.Count).Where(Shards.IsHeld);

    public Task RenewAsync() => keeper.RenewAsync(TestContext.Current.CancellationToken);

    public Task RunAsync(CancellationToken end) => keeper.RunAsync(end);

    public Task ReleaseAsync() => keeper.ReleaseAsync(TestContext.Current.CancellationToken);

    public bool TryEnter(string tenantId) => Shards.TryEnter(tenantId, out _);
}
