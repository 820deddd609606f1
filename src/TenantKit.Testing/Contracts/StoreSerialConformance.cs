using Microsoft.Extensions.DependencyInjection;
using TenantKit.Storage;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;
using TenantKit.Users;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>Commits that run at once leave what they would leave one after the other, in order of revision.</summary>
public abstract class StoreSerialConformance : TenantStoreConformance
{
    private const int Rounds = 15;
    private const int AtOnce = 24;
    private const int Ids = 6;
    private const int Names = 5;

    /// <summary>
    /// Random sets that create, replace, rename and delete the same few records and leases, many at once and many of them stale: those that were
    /// accepted are accepted by a store in memory as well, in order of their revisions, and then both hold the same.
    /// </summary>
    /// <param name="seed">What is done.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task CommitAsync_RandomSetsAtOnce_AreAsIfOneAfterTheOther(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        using var services = new ServiceCollection().AddTenantKit().UseInMemoryStore().Services.BuildServiceProvider();
        var model = services.GetRequiredService<ITenantStore>();
        await model.InitializeAsync(Stop);
        var (accepted, refused) = (0, 0);
        var revisions = new Dictionary<long, long> { [0] = 0 }; // of the store → of the model
        for (var round = 0; round < Rounds; round++)
        {
            var known = await SnapshotAsync(Store);
            var sets = Enumerable.Range(0, AtOnce).Select(number => Make(random, known, $"a{round}-{number}")).ToList();
            var outcomes = await AtOnceAsync(AtOnce, number => TryAsync(sets[number]));
            refused += outcomes.Count(static outcome => outcome is null);
            foreach (var (revision, set) in outcomes.Zip(sets).Where(static each => each.First is not null).OrderBy(static each => each.First))
            {
                revisions[revision!.Value] = await model.CommitAsync(Mapped(set, revisions), Stop);
                accepted++;
            }

            Assert.Equal(await DescribeAsync(model, static revision => revision), await DescribeAsync(Store, revision => revisions[revision]));
        }

        Assert.True(accepted > Rounds && refused > Rounds, $"{accepted} accepted, {refused} refused");
    }

    private static ChangeSet Make(SeededRandom random, Snapshot known, string audit)
    {
        var changes = new ChangeSet();
        for (var count = random.Next(3) + 1; count > 0; count--)
        {
            var id = random.Next(Ids);
            var name = $"Name{random.Next(Names)}";
            switch (random.Next(6))
            {
                case 0 or 1:
                    var user = known.Users.GetValueOrDefault($"u{id}") ?? TestRecords.User($"u{id}");
                    changes.Put(user with { UserName = name, NormalizedUserName = name.ToUpperInvariant(), AccessFailedCount = random.Next(1000), DeletedAt = random.Next(4) == 0 ? TestRecords.Moment : null });
                    break;
                case 2 when known.Users.GetValueOrDefault($"u{id}") is { } gone:
                    changes.Delete(gone);
                    if (random.Next(2) == 0)
                    {
                        changes.Put(TestRecords.User($"u{random.Next(Ids)}", gone.UserName));
                    }

                    break;
                case 3:
                    var tenant = known.Tenants.GetValueOrDefault($"t{id}") ?? TestRecords.Tenant($"t{id}");
                    changes.Put(tenant with { Name = name.ToLowerInvariant(), Replicas = random.Next(9), Desired = random.Next(4) == 0 ? DesiredState.Deleted : DesiredState.Running });
                    break;
                case 4:
                    var lease = known.Leases.GetValueOrDefault($"l{id}") ?? TestRecords.Lease($"l{id}", token: 0);
                    changes.Put(lease with { Token = lease.Token + 1, Holder = audit });
                    break;
                default:
                    changes.Require(new Fence($"l{id}", (known.Leases.GetValueOrDefault($"l{id}")?.Token ?? 0) - (random.Next(5) == 0 ? 1 : 0)));
                    break;
            }
        }

        return changes.Record(TestRecords.Audit(audit));
    }

    private static ChangeSet Mapped(ChangeSet set, Dictionary<long, long> revisions)
    {
        var mapped = new ChangeSet();
        foreach (var write in set.Writes)
        {
            IStoreRecord record = write.Record switch
            {
                User user => user with { Revision = revisions[user.Revision] },
                Tenant tenant => tenant with { Revision = revisions[tenant.Revision] },
                Lease lease => lease with { Revision = revisions[lease.Revision] },
                var other => other,
            };
            _ = write.IsDelete ? mapped.Delete(record) : mapped.Put(record);
        }

        foreach (var fence in set.Fences)
        {
            mapped.Require(fence);
        }

        return mapped.Record(set.Audit[0]);
    }

    private async Task<long?> TryAsync(ChangeSet changes)
    {
        try
        {
            return await Store.CommitAsync(changes, Stop);
        }
        catch (Exception exception) when (exception is RevisionConflictException or NameTakenException or LeaseLostException)
        {
            return null;
        }
    }

    private static async Task<Snapshot> SnapshotAsync(ITenantStore store)
    {
        var users = new Dictionary<string, User>();
        var tenants = new Dictionary<string, Tenant>();
        for (var id = 0; id < Ids; id++)
        {
            if (await store.FindUserAsync($"u{id}", Stop) is { } user)
            {
                users[user.Id] = user;
            }

            if (await store.FindTenantAsync($"t{id}", Stop) is { } tenant)
            {
                tenants[tenant.Id] = tenant;
            }
        }

        return new Snapshot(users, tenants, (await store.ListLeasesAsync(Stop)).ToDictionary(static lease => lease.Name));
    }

    private static async Task<IReadOnlyList<string>> DescribeAsync(ITenantStore store, Func<long, long> map)
    {
        var known = await SnapshotAsync(store);
        List<string> lines =
        [
            .. known.Users.Values.Select(user => $"{user.Id} {user.UserName} {user.AccessFailedCount} {user.DeletedAt is null} {map(user.Revision)}"),
            .. known.Tenants.Values.Select(tenant => $"{tenant.Id} {tenant.Name} {tenant.Replicas} {tenant.Desired} {map(tenant.Revision)}"),
            .. known.Leases.Values.Select(lease => $"{lease.Name} {lease.Holder} {lease.Token} {map(lease.Revision)}"),
        ];
        for (var name = 0; name < Names; name++)
        {
            lines.Add($"{name}: {(await store.FindUserByNameAsync($"NAME{name}", Stop))?.Id} {(await store.FindTenantByNameAsync($"name{name}", Stop))?.Id}");
        }

        lines.AddRange((await AllAsync(page => store.ListAuditAsync(new AuditFilter(), page, Stop), 500)).Select(static entry => entry.Id));
        lines.AddRange((await store.ReadAsync(0, 10_000, Stop)).Select(change => (Revision: map(change.Revision), change.TenantId)).Order().Select(static change => $"{change.Revision} {change.TenantId}"));
        return lines;
    }

    private sealed record Snapshot(IReadOnlyDictionary<string, User> Users, IReadOnlyDictionary<string, Tenant> Tenants, IReadOnlyDictionary<string, Lease> Leases);
}
