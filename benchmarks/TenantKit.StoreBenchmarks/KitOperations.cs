using TenantKit.Storage;
using TenantKit.Testing;

namespace TenantKit.StoreBenchmarks;

/// <summary>Each operation through the store.</summary>
internal sealed class KitOperations(ITenantStore store) : IOperations
{
    public async Task GetByIdAsync(int number) => Check(await store.FindUserAsync(Population.User(number), CancellationToken.None));

    public async Task GetByNameAsync(int number) => Check(await store.FindUserByNameAsync(Population.Name(number), CancellationToken.None));

    public async Task LoadStateAsync(int number) => Check(await store.LoadStateAsync(Population.Tenant(number), CancellationToken.None));

    public async Task PageAsync(int number) => Check((await store.ListUsersAsync(new UserFilter(), new PageRequest(50, Population.User(number)), CancellationToken.None)).Items);

    public async Task ReadChangesAsync(int number) => Check(await store.ReadAsync(number, 100, CancellationToken.None));

    public async Task CreateAsync(string id) => await store.CommitAsync(
        new ChangeSet().Put(TestRecords.User("u" + id, tenantId: "t" + id)).Put(TestRecords.Tenant("t" + id)).Put(TestRecords.Status("t" + id))
            .Put(TestRecords.Operation("o" + id, "t" + id)).Record(TestRecords.Audit("a" + id)), CancellationToken.None);

    public async Task RenewLeaseAsync(int caller) =>
        Leases[caller] = Leases[caller] with { Revision = await store.CommitAsync(new ChangeSet().Put(Leases[caller] with { RenewedAt = TestRecords.Moment }), CancellationToken.None) };

    /// <summary>What a pass of the control loop commits: under a fence, a status that was read before.</summary>
    public async Task RecordPassAsync(int caller)
    {
        var status = (await store.LoadStateAsync(Population.Tenant(caller), CancellationToken.None))!.Status;
        await store.CommitAsync(new ChangeSet().Require(new Fence("shard/00", 18)).Put(status with { ObservedGeneration = status.ObservedGeneration + 1 }), CancellationToken.None);
    }

    public Lease[] Leases { get; set; } = [];

    private static void Check(object? found)
    {
        if (found is null or System.Collections.ICollection { Count: 0 })
        {
            throw new InvalidOperationException("Nothing was found.");
        }
    }
}
