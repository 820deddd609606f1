using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Activity;
using TenantKit.Routing.Feed;
using TenantKit.Storage;

namespace TenantKit.Leases;

/// <summary>
/// Shares the tenants out among the replicas of the control plane. Each renews one row of its own; a share belongs to whoever took its row
/// last, and every taking has a higher token, which goes with all that is written or done under it.
/// </summary>
/// <remarks>
/// 1. Read all rows; what was lost is let go at once.
/// 2. Renew the own row, take what falls to this replica and is free, give back what falls to another and is not worked on: one commit.
/// 3. What is held is valid for two thirds of the lease time from before the read: less than others wait before they take it.
/// With a roll of its own the rows of replicas are entries there instead: the own one is renewed before the read, and that of a replica that is
/// gone is removed, unless it was renewed meanwhile, before the commit that takes from it. What a commit needs is a token in the store either way.
/// </remarks>
internal sealed partial class LeaseKeeper(
    ITenantStore store, ShardLeases shards, ReplicaIdentity identity, FeedEpoch epoch, ActivityTracker activity,
    TimeProvider time, IOptions<TenantKitOptions> options, ILogger<LeaseKeeper> logger, IReplicaRoll? roll = null)
{
    private const int MaxAttempts = 4;
    private static readonly Dictionary<string, Lease> EmptyRows = [];
    private readonly Members members = new(time, options.Value.LeaseTime);
    private bool stopping;

    // Whoever dies just after a renewal is found by the others up to one interval later, and taken over a lease time after that: 1.17 in all.
    private TimeSpan RenewInterval => options.Value.LeaseTime / 6;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = members.NextEnd(identity.Name) is { } end && end < RenewInterval ? end : RenewInterval;
            await Task.Delay(next, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await RenewAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogNotRenewed(exception);
            }
        }
    }

    /// <summary>Renews once, and takes and gives what is due.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryRenewAsync(cancellationToken);
                return;
            }
            catch (RevisionConflictException) when (attempt < MaxAttempts)
            {
                // Another replica wrote in the meantime: read again.
            }
        }
    }

    /// <summary>Gives everything back at the end of an orderly stop, so that nobody has to wait for the lease time.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        await RenewAsync(cancellationToken);
    }

    private async Task TryRenewAsync(CancellationToken cancellationToken)
    {
        var from = time.GetTimestamp();
        var leases = await ReadAsync(cancellationToken);
        var rows = leases.ToDictionary(static lease => lease.Name, StringComparer.Ordinal);
        members.Observe(leases);
        // Whoever takes a share from a replica that seems gone removes that one's own row: it must not go on as if nothing had happened.
        shards.Compare(rows.ContainsKey(Members.LeaseOf(identity.Name)) ? rows : EmptyRows, identity.Name);

        var plan = Plan(rows);
        var free = shards.Yield(plan.Yields);
        var changes = new ChangeSet();
        Beat(rows, changes);
        var named = epoch.Join(rows, changes);
        await DeclareGoneAsync(rows, plan.Takes, changes, cancellationToken);
        var takes = plan.Takes.ToDictionary(static shard => shard, shard => Write(rows, shard, identity.Name, changes));
        foreach (var shard in free)
        {
            Write(rows, shard, null, changes);
        }

        var applied = activity.HighestApplied(named);
        var committed = await store.CommitAsync(changes, cancellationToken);
        epoch.Confirm(named);
        if (epoch.IsProvenOver(applied, committed))
        {
            LogPutBack(committed, applied);
        }

        shards.Confirm(from, options.Value.LeaseTime * 2 / 3);
        shards.Resume(plan.Yields);
        foreach (var shard in free)
        {
            shards.Release(shard);
        }

        foreach (var (shard, token) in takes)
        {
            shards.Take(shard, token);
        }

        if (stopping && roll is not null && rows.GetValueOrDefault(Members.LeaseOf(identity.Name)) is { } own)
        {
            await roll.RemoveAsync(own, cancellationToken);
        }

        if (takes.Count + free.Count > 0)
        {
            LogShares(identity.Name, shards.Held, Shards.Count, takes.Count, free.Count);
        }
    }

    private async Task<IReadOnlyList<Lease>> ReadAsync(CancellationToken cancellationToken)
    {
        if (roll is null)
        {
            return await store.ListLeasesAsync(cancellationToken);
        }

        // First the entry, then the rows: what was taken from this replica before it renewed is seen.
        var entries = await roll.RenewAsync(identity.Name, cancellationToken);
        var rows = await store.ListLeasesAsync(cancellationToken);
        return [.. rows.Where(static row => !Members.IsMember(row)), .. entries];
    }

    private LeasePlan Plan(IReadOnlyDictionary<string, Lease> rows) => stopping
        ? new LeasePlan([], [.. Enumerable.Range(0, Shards.Count).Where(shards.IsHeld)])
        : LeasePlan.Make(rows, identity.Name, members.Living(identity.Name), shards.IsHeld);

    private void Beat(IReadOnlyDictionary<string, Lease> rows, ChangeSet changes)
    {
        if (roll is not null)
        {
            return;
        }

        var name = Members.LeaseOf(identity.Name);
        var row = rows.GetValueOrDefault(name);
        if (stopping)
        {
            if (row is not null)
            {
                changes.Delete(row);
            }

            return;
        }

        changes.Put((row ?? new Lease { Name = name, RenewedAt = default }) with { Holder = identity.Name, RenewedAt = time.GetUtcNow() });
    }

    /// <summary>
    /// In the same commit as a taking, the rows of those from whom is taken go; so a renewal of theirs that is under way fails, instead of
    /// confirming what they no longer hold. With them go the rows of others that are gone and hold nothing.
    /// </summary>
    private async Task DeclareGoneAsync(IReadOnlyDictionary<string, Lease> rows, IReadOnlyList<int> takes, ChangeSet changes, CancellationToken cancellationToken)
    {
        var robbed = takes.Select(shard => rows.GetValueOrDefault(Shards.NameOf(shard))?.Holder).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows.Values)
        {
            if (Members.IsMember(row) && row.Holder is { } replica && replica != identity.Name && !members.IsAlive(replica)
                && (robbed.Contains(replica) || !rows.Values.Any(other => !Members.IsMember(other) && other.Holder == replica)))
            {
                if (roll is null)
                {
                    changes.Delete(row);
                }
                else
                {
                    await roll.RemoveAsync(row, cancellationToken);
                }
            }
        }
    }

    private long Write(IReadOnlyDictionary<string, Lease> rows, int shard, string? holder, ChangeSet changes)
    {
        var name = Shards.NameOf(shard);
        var row = rows.GetValueOrDefault(name) ?? new Lease { Name = name, RenewedAt = default };
        var next = row with { Holder = holder, Token = row.Token + 1, RenewedAt = time.GetUtcNow() };
        changes.Put(next);
        return next.Token;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Replica {Replica} acts for {Held} of {All} shares of the tenants ({Taken} taken, {Given} given back).")]
    private partial void LogShares(string replica, int held, int all, int taken, int given);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store is at revision {Committed}, but a gateway has applied {Applied}: the store was put back to an older state. Gateways are told to take their routes as they are now.")]
    private partial void LogPutBack(long committed, long applied);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases could not be renewed; without them this replica soon stops acting, and another takes over.")]
    private partial void LogNotRenewed(Exception exception);
}
