using TenantKit.Storage;
using TenantKit.Storage.InMemory;
using TenantKit.Testing;

namespace TenantKit.Core.Tests.Storage;

public sealed class InMemoryTrimmingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_BehindTheTrimmedChanges_Expired()
    {
        var store = new InMemoryTenantStore(changeLogCapacity: 5);
        for (var number = 1; number <= 11; number++)
        {
            await store.CommitAsync(new ChangeSet().Put(TestRecords.Tenant($"t{number}")), Stop);
        }

        var exception = await Assert.ThrowsAsync<RevisionExpiredException>(() => store.ReadAsync(5, 100, Stop));

        Assert.Equal(5, exception.Revision);
        Assert.Equal([7L, 8, 9, 10, 11], (await store.ReadAsync(6, 100, Stop)).Select(static entry => entry.Revision));
    }
}
