using TenantKit.Operations;
using TenantKit.Storage;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>What <see cref="IOperationReader"/> promises.</summary>
public abstract class StoreOperationConformance : TenantStoreConformance
{
    /// <summary>What does not exist is null or empty, not an error.</summary>
    [Fact]
    public async Task Find_Unknown_IsNull()
    {
        Assert.Null(await Store.FindOperationAsync("o1", Stop));
        Assert.Null(await Store.FindIdempotencyRecordAsync("k1", Stop));
        Assert.Empty((await Store.ListOperationsAsync("t1", new PageRequest(5), Stop)).Items);
    }

    /// <summary>A tenant's operations come newest first, in pages, without those of others.</summary>
    /// <param name="limit">Operations per page.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task ListOperationsAsync_Pages_HoldEachOnceNewestFirst(int limit)
    {
        await PutAsync([.. Enumerable.Range(0, 20).Select(static number => TestRecords.Operation($"o{number:00}", number % 2 == 0 ? "t1" : "t2"))]);

        var all = await AllAsync(page => Store.ListOperationsAsync("t1", page, Stop), limit);

        Assert.Equal(Enumerable.Range(0, 10).Select(static number => $"o{18 - (number * 2):00}"), all.Select(static operation => operation.Id));
    }

    /// <summary>An operation that ends leaves the open ones.</summary>
    [Fact]
    public async Task LoadStateAsync_OperationEnds_IsNoLongerOpen()
    {
        await PutAsync(TestRecords.Tenant("t1"), TestRecords.Operation("o1", "t1"), TestRecords.Operation("o2", "t1"));
        var first = (await Store.FindOperationAsync("o1", Stop))!;

        await PutAsync(first with { State = OperationState.Succeeded, EndedAt = TestRecords.Moment });

        Assert.Equal("o2", Assert.Single((await Store.LoadStateAsync("t1", Stop))!.OpenOperations).Id);
        Assert.Equal(OperationState.Succeeded, (await Store.FindOperationAsync("o1", Stop))!.State);
    }

    /// <summary>Of many answers to one idempotency key, the first is kept.</summary>
    [Fact]
    public async Task CommitAsync_ManyAnswersToOneKey_OneWins()
    {
        var won = await AtOnceAsync(20, async number =>
        {
            try
            {
                await PutAsync(TestRecords.Idempotency("k1") with { StatusCode = 200 + number }, TestRecords.User($"u{number}"));
                return true;
            }
            catch (RevisionConflictException)
            {
                return false;
            }
        });

        var winner = Array.IndexOf(won, true);
        Assert.Single(won, static each => each);
        Assert.Equal(200 + winner, (await Store.FindIdempotencyRecordAsync("k1", Stop))!.StatusCode);
        Assert.Equal($"u{winner}", Assert.Single((await Store.ListUsersAsync(new UserFilter(), new PageRequest(50), Stop)).Items).Id);
    }
}
