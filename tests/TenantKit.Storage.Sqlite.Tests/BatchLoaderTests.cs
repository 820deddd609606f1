using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Storage.EntityFrameworkCore.Sessions;
using TenantKit.Storage.Sqlite;

namespace TenantKit.Storage.Sqlite.Tests;

/// <summary>Reads that share a round trip. What is read comes from a function of each test: a database only lends the sessions.</summary>
public sealed class BatchLoaderTests : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SessionPool sessions;
    private readonly ConcurrentQueue<IReadOnlyList<string>> asked = new();
    private TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FakeTimeProvider time = new();
    private string stored = "old";
    private bool onlyFirstWaits;
    private Exception? trouble;

    public BatchLoaderTests() =>
        sessions = new SessionPool(new SqliteStoreProvider(Path.Combine(folder.Path, "kit.db"), new SqliteStoreOptions(), loggerFactory: null), TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await sessions.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Questions_WhileAReadIsUnderWay_ShareTheNext()
    {
        var loader = Loader();
        var early = loader.LoadAsync("a", Stop);
        await UntilAskedAsync(1);
        var late = Enumerable.Range(0, 50).Select(number => loader.LoadAsync($"k{number % 40}", Stop)).ToList();

        gate.SetResult();

        Assert.Equal("a=old", await early);
        Assert.Equal(Enumerable.Range(0, 50).Select(static number => $"k{number % 40}=old"), await Task.WhenAll(late));
        Assert.Equal([1, 40], asked.Select(static keys => keys.Count));
    }

    [Fact]
    public async Task Question_WhileAReadIsUnderWay_IsAnsweredByOneThatBeganLater()
    {
        var loader = Loader();
        var early = loader.LoadAsync("a", Stop);
        await UntilAskedAsync(1);
        stored = "new";
        var late = loader.LoadAsync("a", Stop);

        gate.SetResult();

        Assert.Equal("a=old", await early);
        Assert.Equal("a=new", await late);
    }

    [Fact]
    public async Task Questions_WhileAReadHangs_AreAnsweredBesideIt()
    {
        var loader = Loader();
        var hanging = loader.LoadAsync("a", Stop);
        await UntilAskedAsync(1);
        var late = new[] { loader.LoadAsync("b", Stop), loader.LoadAsync("c", Stop) };
        onlyFirstWaits = true;

        time.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Single(asked);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["b=old", "c=old"], await Task.WhenAll(late));
        Assert.False(hanging.IsCompleted);
        gate.SetResult();
        Assert.Equal("a=old", await hanging);
    }

    [Fact]
    public async Task Question_ThatIsGivenUp_LeavesTheOthersTheirAnswers()
    {
        var loader = Loader();
        using var giveUp = new CancellationTokenSource();
        var first = loader.LoadAsync("a", giveUp.Token);
        await UntilAskedAsync(1);
        var (second, third) = (loader.LoadAsync("b", giveUp.Token), loader.LoadAsync("c", Stop));

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.SetResult();

        Assert.Equal("c=old", await third);
        Assert.DoesNotContain("b", asked.SelectMany(static keys => keys));
    }

    [Fact]
    public async Task Read_ThatFails_IsToldToAllItWasForAndNobodyElse()
    {
        var loader = Loader();
        var early = loader.LoadAsync("a", Stop);
        await UntilAskedAsync(1);
        var late = new[] { loader.LoadAsync("c", Stop), loader.LoadAsync("d", Stop) };

        trouble = new InvalidOperationException("It broke.");
        gate.SetResult();
        foreach (var task in late)
        {
            Assert.Same(trouble, await Assert.ThrowsAsync<InvalidOperationException>(() => task));
        }

        trouble = null;
        Assert.Equal("a=old", await early);
        Assert.Equal("c=old", await loader.LoadAsync("c", Stop));
    }

    [Fact]
    public async Task SeveralKeys_AreReadTogetherInTheirOrder()
    {
        gate.SetResult();

        var found = await Loader().LoadAsync([.. Enumerable.Range(0, 100).Select(static number => $"k{number}").Append("missing")], Stop);

        Assert.Equal(Enumerable.Range(0, 100).Select(static number => $"k{number}=old"), found);
        Assert.Equal([64, 37], asked.Select(static keys => keys.Count));
    }

    [Fact]
    public async Task Questions_OfManyCallers_AreAllAnsweredInBatchesOf64()
    {
        gate.SetResult();
        var loader = Loader();

        var answers = await Task.WhenAll(Enumerable.Range(0, 2_000).Select(number => Task.Run(() => loader.LoadAsync($"k{number}", Stop), Stop)));

        Assert.Equal(Enumerable.Range(0, 2_000).Select(static number => $"k{number}=old"), answers);
        Assert.All(asked, static keys => Assert.InRange(keys.Count, 1, 64));
    }

    [Fact]
    public async Task Question_ForWhatIsNotThere_IsAnsweredWithNull()
    {
        gate.SetResult();

        Assert.Null(await Loader().LoadAsync("missing", Stop));
    }

    private BatchLoader<string> Loader() => new(sessions, time, async (_, keys, _) =>
    {
        var seen = stored;
        asked.Enqueue([.. keys]);
        var isEarly = asked.Count == 1;
        await (onlyFirstWaits && !isEarly ? Task.CompletedTask : gate.Task);
        return trouble is not null && !isEarly ? throw trouble : keys.Where(static key => key != "missing").ToDictionary(static key => key, key => $"{key}={seen}");
    });

    private async Task UntilAskedAsync(int reads)
    {
        while (asked.Count < reads)
        {
            Stop.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
