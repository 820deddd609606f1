using TenantKit.Leases;
using TenantKit.Storage;

namespace TenantKit.Core.Tests.Leases;

/// <summary>A replica's view of entries that are kept outside of the store, with the guarantees that a roll must give.</summary>
internal sealed class MemoryRoll(MemoryRoll.Entries entries) : IReplicaRoll
{
    private long known;

    public Task<IReadOnlyList<Lease>> RenewAsync(string replica, CancellationToken cancellationToken)
    {
        entries.Check();
        var wasRemoved = known != 0 && !entries.Has(replica);
        known = entries.Put(replica);
        return Task.FromResult<IReadOnlyList<Lease>>([.. entries.All().Where(entry => !wasRemoved || entry.Holder != replica)]);
    }

    public async Task RemoveAsync(Lease entry, CancellationToken cancellationToken)
    {
        entries.Check();
        await (entries.BeforeRemoval?.Invoke() ?? Task.CompletedTask);
        entries.Remove(entry);
    }

    /// <summary>What all replicas see.</summary>
    public sealed class Entries
    {
        private readonly Dictionary<string, long> revisions = new(StringComparer.Ordinal);
        private long last;

        public bool IsAway { get; set; }

        public Func<Task>? BeforeRemoval { get; set; }

        public IEnumerable<string> Names => revisions.Keys;

        public void Check()
        {
            if (IsAway)
            {
                throw new IOException("It does not answer.");
            }
        }

        public bool Has(string replica) => revisions.ContainsKey(replica);

        public long Put(string replica) => revisions[replica] = ++last;

        public List<Lease> All() => [.. revisions.Select(static entry => new Lease { Name = Members.LeaseOf(entry.Key), Holder = entry.Key, RenewedAt = default, Revision = entry.Value })];

        public void Remove(string replica) => revisions.Remove(replica);

        public void Remove(Lease entry)
        {
            if (revisions.TryGetValue(entry.Holder!, out var revision) && revision != entry.Revision)
            {
                throw new RevisionConflictException(nameof(Lease), entry.Name);
            }

            revisions.Remove(entry.Holder!);
        }
    }
}
