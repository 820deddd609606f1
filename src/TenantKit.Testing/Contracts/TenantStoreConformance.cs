using TenantKit.Storage;
using Xunit;

namespace TenantKit.Testing.Contracts;

/// <summary>
/// Base of the suites that every <see cref="ITenantStore"/> passes. A provider derives one class from each suite and makes the store;
/// <see cref="StoreConformanceSuites.Missing"/> tells which suites a test assembly leaves out.
/// </summary>
public abstract class TenantStoreConformance : IAsyncLifetime
{
    private ITenantStore? store;

    /// <summary>The store under test: initialized, empty, and this test's own.</summary>
    protected ITenantStore Store => store!;

    /// <summary>Ends with the test.</summary>
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Makes the store of one test.</summary>
    /// <returns>A new, empty store; it is initialized afterwards.</returns>
    protected abstract ITenantStore CreateStore();

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        store = CreateStore();
        await Store.InitializeAsync(Stop);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        switch (store)
        {
            case IAsyncDisposable asynchronous:
                // Twice, as a container does: once for each service that it made the store for.
                await asynchronous.DisposeAsync();
                await asynchronous.DisposeAsync();
                break;
            case IDisposable synchronous:
                synchronous.Dispose();
                break;
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Commits records and gives the revision.</summary>
    /// <param name="records">What to put.</param>
    /// <returns>The revision.</returns>
    protected Task<long> PutAsync(params IStoreRecord[] records)
    {
        var changes = new ChangeSet();
        foreach (var record in records)
        {
            changes.Put(record);
        }

        return Store.CommitAsync(changes, Stop);
    }

    /// <summary>All items of a paged list.</summary>
    /// <typeparam name="T">What is listed.</typeparam>
    /// <param name="read">Reads one page.</param>
    /// <param name="limit">Items per page.</param>
    /// <returns>The items of all pages, in order.</returns>
    protected static async Task<IReadOnlyList<T>> AllAsync<T>(Func<PageRequest, Task<Page<T>>> read, int limit)
    {
        ArgumentNullException.ThrowIfNull(read);
        var all = new List<T>();
        string? after = null;
        do
        {
            var page = await read(new PageRequest(limit, after));
            Assert.InRange(page.Items.Count, 0, limit);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    /// <summary>Runs work many times at once, on many threads.</summary>
    /// <typeparam name="T">What each gives.</typeparam>
    /// <param name="count">How many times.</param>
    /// <param name="work">The work, by number from 0.</param>
    /// <returns>What each gave, in order of number.</returns>
    protected static Task<T[]> AtOnceAsync<T>(int count, Func<int, Task<T>> work) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(() => work(number), Stop)));
}
