using System.Runtime.CompilerServices;
using TenantKit.Gateway.Tests.Support;

#pragma warning disable CA2012 // each is awaited once, after others have begun

namespace TenantKit.Gateway.Tests;

/// <summary>Methods whose state is used again behave as others do, keep nothing of one call for the next, and allocate nothing however many are under way.</summary>
public sealed class DeepPoolValueTaskMethodBuilderTests
{
    private static readonly AsyncLocal<string?> Local = new();

    [Fact]
    public async Task Method_ThatNeedNotWait_HasItsResultAtOnce()
    {
        var call = AddAsync(Task.FromResult(1), 2);

        Assert.True(call.IsCompletedSuccessfully);
        Assert.Equal(3, await call);
    }

    [Fact]
    public async Task Method_ThatWaits_HasItsResultAfterwards()
    {
        var source = new TaskCompletionSource<int>();
        var call = AddAsync(source.Task, 2);
        Assert.False(call.IsCompleted);

        source.SetResult(40);

        Assert.Equal(42, await call);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Method_ThatFails_FailsWithItsException(bool atOnce)
    {
        var source = new TaskCompletionSource<int>();
        var failure = new FormatException("as thrown");
        if (atOnce)
        {
            source.SetException(failure);
        }

        var call = AddAsync(source.Task, 2);
        source.TrySetException(failure);

        Assert.Same(failure, await Assert.ThrowsAsync<FormatException>(async () => await call));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Method_ThatIsCancelled_IsCancelled(bool atOnce)
    {
        using var cancelled = new CancellationTokenSource();
        var source = new TaskCompletionSource<int>();
        if (atOnce)
        {
            await cancelled.CancelAsync();
            source.SetCanceled(cancelled.Token);
        }

        var call = AddAsync(source.Task, 2);
        source.TrySetCanceled(cancelled.Token);

        Assert.True(call.IsCanceled);
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);
        Assert.Equal(cancelled.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task Context_IsTheCallersAfterEachWaitAndStaysInTheMethod()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        Local.Value = "caller";
        var call = SeeAsync(first.Task, second.Task);
        Assert.Equal("caller", Local.Value); // although the method has set its own

        await OnAnotherThread(first.SetResult);
        await OnAnotherThread(second.SetResult);

        Assert.Equal("caller, method, method", await call);
        Assert.Equal("caller", Local.Value);

        static Task OnAnotherThread(Action act)
        {
            using var flow = ExecutionContext.SuppressFlow();
            return Task.Run(act, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Result_ThatIsAwaitedTwice_IsRefusedAndHarmsNoOtherCall()
    {
        var (one, other) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        var call = AddAsync(one.Task, 0);
        one.SetResult(1);
        Assert.Equal(1, await call);

        var next = AddAsync(other.Task, 0); // in the same object
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await call);
        other.SetResult(2);

        Assert.Equal(2, await next);
    }

    [Fact]
    public void Calls_ThatAreUnderWayTogether_AllocateNothingOnceThereWereAsMany()
    {
        const int Calls = DeepPoolValueTaskMethodBuilder<int>.OfAThread + 100; // some in what all threads have
        var sources = Enumerable.Range(0, Calls).Select(static _ => new Signal()).ToArray();
        var calls = new List<ValueTask<int>>(Calls);
        var allocated = new List<long>();
        var right = 0;
        for (var round = 0; round < 4; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
            {
                calls.Add(WaitAsync(sources[i], i));
            }

            Finish();
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(4 * Calls, right);
        Assert.True(allocated[3] < 100, string.Join(", ", allocated));

        void Finish()
        {
            for (var i = 0; i < Calls; i++)
            {
                sources[i].Set();
                right += calls[i].GetAwaiter().GetResult() == i ? 1 : 0;
            }

            calls.Clear();
        }
    }

    [Fact]
    public async Task Calls_OfManyThreads_EachGetTheirOwnResult()
    {
        var seed = new SeededRandom().Seed;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            async () =>
            {
                var random = new Random(seed + worker);
                for (var i = 0; i < 300; i++)
                {
                    var calls = new List<ValueTask<int>>();
                    for (var number = random.Next(1, 200); number > 0; number--)
                    {
                        calls.Add(YieldAsync(random.Next(3), calls.Count));
                    }

                    for (var number = 0; number < calls.Count; number++)
                    {
                        if (number % 7 == 3)
                        {
                            Assert.Equal($"{number}", (await Assert.ThrowsAsync<FormatException>(async () => await calls[number])).Message);
                        }
                        else
                        {
                            Assert.True(number == await calls[number], $"seed {seed}");
                        }
                    }
                }
            },
            TestContext.Current.CancellationToken)));
    }

    [AsyncMethodBuilder(typeof(DeepPoolValueTaskMethodBuilder<>))]
    private static async ValueTask<int> AddAsync(Task<int> one, int other) => await one + other;

    [AsyncMethodBuilder(typeof(DeepPoolValueTaskMethodBuilder<>))]
    private static async ValueTask<int> WaitAsync(Signal signal, int number)
    {
        await signal;
        return number;
    }

    [AsyncMethodBuilder(typeof(DeepPoolValueTaskMethodBuilder<>))]
    private static async ValueTask<int> YieldAsync(int times, int number)
    {
        for (var i = 0; i < times; i++)
        {
            await Task.Yield();
        }

        return number % 7 == 3 ? throw new FormatException($"{number}") : number;
    }

    [AsyncMethodBuilder(typeof(DeepPoolValueTaskMethodBuilder<>))]
    private static async ValueTask<string> SeeAsync(Task first, Task second)
    {
        var seen = Local.Value;
        Local.Value = "method";
        await first;
        seen += $", {Local.Value}";
        await second.ConfigureAwait(false);
        return $"{seen}, {Local.Value}";
    }

    /// <summary>Something to wait for that allocates nothing.</summary>
    private sealed class Signal : ICriticalNotifyCompletion
    {
        private Action? waiting;

        public bool IsCompleted => false;

        public Signal GetAwaiter() => this;

        public void GetResult()
        {
            // There is none.
        }

        public void OnCompleted(Action continuation) => waiting = continuation;

        public void UnsafeOnCompleted(Action continuation) => waiting = continuation;

        public void Set() => waiting!();
    }
}
