using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Fairness;

/// <summary>What is written to a connection arrives whole, once and in its place, whatever was kept; one that fails or is slow costs the others nothing.</summary>
public sealed class BatchedStreamTests : BatchedConnections
{
    [Fact]
    public async Task Write_WhoseBufferIsUsedAgain_ArrivesAsItWas()
    {
        var app = Connect();
        var buffer = "first"u8.ToArray();

        await OnTheLoop(() => app.WriteAsync(buffer));
        buffer.AsSpan().Fill((byte)'x');
        OnTheLoop(Batch.Send);

        Assert.Equal("first", await ReadAsync(app.Peer, 5));
    }

    [Fact]
    public async Task Writes_OfOneConnection_KeepTheirOrder()
    {
        var others = Enumerable.Range(0, SendBatch.Few).Select(_ => Connect()).ToList();
        var app = Connect();
        var expected = new StringBuilder();
        for (var i = 0; i < 200; i++)
        {
            var size = i % 5 == 0 ? BatchedStream.Short + i : i + 1; // long and short, kept and not
            expected.Append((char)('a' + (i % 26)), size);
            var bytes = Encoding.ASCII.GetBytes(new string((char)('a' + (i % 26)), size));
            await ((i % 7) switch
            {
                0 => app.WriteAsync(bytes),
                3 => Task.Factory.FromAsync(app.Stream.BeginWrite, app.Stream.EndWrite, bytes, 0, bytes.Length, null),
                2 => OnTheLoop(() => app.WriteArrayAsync(bytes)),
                _ => OnTheLoop(() => app.WriteAsync(bytes)),
            });
            if (i % 3 == 0)
            {
                OnTheLoop(() =>
                {
                    Batch.Send();
                    others.ForEach(static other => _ = other.WriteAsync(new byte[1])); // so that it is never too few
                });
            }
        }

        OnTheLoop(Batch.Send);
        Assert.Equal(expected.ToString(), await ReadAsync(app.Peer, expected.Length));
    }

    [Fact]
    public void SynchronousUse_IsRefused()
    {
        var app = Connect();

        Assert.Throws<NotSupportedException>(() => app.Stream.Write("x"u8));
        Assert.Throws<NotSupportedException>(() => app.Stream.Write(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => app.Stream.Read(new byte[1].AsSpan()));
        Assert.Throws<NotSupportedException>(() => app.Stream.Read(new byte[1], 0, 1));
    }

    [Fact]
    public async Task Write_FromAnotherThread_IsNotKeptAndFollowsTheKeptOne()
    {
        var app = Connect();

        await OnTheLoop(() => app.WriteAsync("kept"u8.ToArray()));
        await OnTheLoop(() => Task.Run(async () => await app.Stream.WriteAsync(" not"u8.ToArray(), Ended), Ended));

        Assert.Equal("kept not", await ReadAsync(app.Peer, 8));
        OnTheLoop(Batch.Send);
        await app.Stream.WriteAsync("."u8.ToArray(), Ended);
        Assert.Equal(".", await ReadAsync(app.Peer, 1));
    }

    [Fact]
    public async Task Write_ThatIsCancelledBefore_IsNotSent()
    {
        var app = Connect();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OnTheLoop(() => app.Stream.WriteAsync("x"u8.ToArray(), new CancellationToken(canceled: true)).AsTask()));

        OnTheLoop(Batch.Send);
        await app.Stream.WriteAsync("y"u8.ToArray(), Ended);
        Assert.Equal("y", await ReadAsync(app.Peer, 1));
    }

    [Fact]
    public async Task Connection_ThatIsClosed_SendsFirstWhatItKeptAndTakesNoMore()
    {
        var apps = Enumerable.Range(0, 5).Select(_ => Connect()).ToList();

        await Task.WhenAll(OnTheLoop(() => apps.ConvertAll(app => app.WriteAsync("last words"u8.ToArray()))));
        OnTheLoop(apps[1].Stream.Dispose);
        await Task.Run(apps[3].Stream.Dispose, Ended);

        foreach (var closed in new[] { 1, 3 })
        {
            Assert.Equal("last words", await ReadAsync(apps[closed].Peer, 10));
            Assert.Equal(0, await apps[closed].Peer.ReceiveAsync(new byte[1], Ended));
            await Assert.ThrowsAsync<ObjectDisposedException>(() => OnTheLoop(() => apps[closed].WriteAsync("x"u8.ToArray())));
        }

        OnTheLoop(Batch.Send);
        foreach (var open in new[] { 0, 2, 4 })
        {
            Assert.Equal("last words", await ReadAsync(apps[open].Peer, 10));
        }
    }

    [Fact]
    public async Task Write_ThatTheAppDoesNotTake_StaysWholeWhateverIsKeptAfterIt()
    {
        var (slow, sent) = await FillAsync();
        var others = Enumerable.Range(0, SendBatch.Few).Select(_ => Connect()).ToList();
        for (var i = 0; i < 3; i++)
        {
            await Task.WhenAll(OnTheLoop(() => others.ConvertAll(static other => other.WriteAsync(Encoding.ASCII.GetBytes(new string('o', BatchedStream.Short))))));
            OnTheLoop(Batch.Send);
        }

        var next = OnTheLoop(() => slow.WriteAsync("next"u8.ToArray()));

        Assert.False(next.IsCompleted); // as with other connections, whoever writes waits for the app
        Assert.Equal(new string('s', sent), await ReadAsync(slow.Peer, sent));
        await next;
        Assert.Equal("next", await ReadAsync(slow.Peer, 4));
        foreach (var other in others)
        {
            Assert.Equal(new string('o', 3 * BatchedStream.Short), await ReadAsync(other.Peer, 3 * BatchedStream.Short));
        }
    }

    [Fact]
    public async Task Connection_ThatIsClosedBeforeTheAppHasTakenAll_StaysUntilItHas()
    {
        var (slow, sent) = await FillAsync();

        slow.Stream.Dispose();

        Assert.Equal(new string('s', sent), await ReadAsync(slow.Peer, sent));
        Assert.Equal(0, await slow.Peer.ReceiveAsync(new byte[1], Ended));
    }

    [Fact]
    public async Task Connection_ThatIsClosedBeforeTheAppHasTakenAll_DoesNotStayForever()
    {
        var (slow, _) = await FillAsync();
        slow.Stream.Dispose();

        Time.Advance(BatchedStream.Linger - TimeSpan.FromMilliseconds(1));
        Assert.False(slow.Socket.SafeHandle.IsClosed);
        Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(slow.Socket.SafeHandle.IsClosed);
    }

    [Fact]
    public async Task Connection_ThatIsClosedBeforeTheAppHasTakenAll_EndsWhoWaitsForItsAnswer()
    {
        var (slow, sent) = await FillAsync();
        var read = slow.Stream.ReadAsync(new byte[1], Ended).AsTask();

        slow.Stream.Dispose();

        await EndsAsync(read);
        Assert.False(slow.Socket.SafeHandle.IsClosed);
        Assert.Equal(new string('s', sent), await ReadAsync(slow.Peer, sent));
    }

    [Fact]
    public async Task Connection_ThatIsClosedWhileAWriteWaits_EndsThatWriteToo()
    {
        var (slow, _) = await FillAsync();
        var next = OnTheLoop(() => slow.WriteAsync("next"u8.ToArray()));

        slow.Stream.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
        Assert.True(slow.Socket.SafeHandle.IsClosed);
    }

    [Fact]
    public async Task Write_ThatFailsAfterwards_EndsWhoWaitsForAnAnswerAndLaterWrites()
    {
        var (slow, _) = await FillAsync();
        var read = slow.Stream.ReadAsync(new byte[1], Ended).AsTask();
        var next = OnTheLoop(() => slow.WriteAsync("next"u8.ToArray()));

        slow.Peer.LingerState = new LingerOption(enable: true, seconds: 0);
        slow.Peer.Dispose();

        await Assert.ThrowsAsync<IOException>(() => next);
        await EndsAsync(read);
        await Assert.ThrowsAsync<IOException>(() => OnTheLoop(() => slow.WriteAsync("x"u8.ToArray())));
    }

    [Fact]
    public async Task Writes_AfterTheAppHasAnsweredAndClosed_GoNowhereAndTheAnswerIsRead()
    {
        var app = Connect();
        await app.WriteAsync("head"u8.ToArray());
        app.Peer.Send("no"u8);
        app.Peer.Dispose(); // with bytes that it has not read: a reset

        for (var i = 0; i < 3; i++)
        {
            await app.WriteAsync(new byte[BatchedStream.Short + 1]);
            await OnTheLoop(() => app.WriteAsync("short"u8.ToArray()));
        }

        var answer = new byte[10];
        Assert.Equal(2, await app.Stream.ReadAsync(answer, Ended));
        Assert.Equal("no"u8.ToArray(), answer[..2]);
        await EndsAsync(app.Stream.ReadAsync(answer, Ended).AsTask());
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => app.WriteAsync("the next request"u8.ToArray()));
        }
    }

    [Fact]
    public async Task Writes_AfterTheAppHasAnsweredAndClosed_AreNotTakenWithoutEnd()
    {
        var app = Connect();
        await app.WriteAsync("head"u8.ToArray());
        app.Peer.Send("no"u8);
        app.Peer.Dispose();
        var part = new byte[1 << 20];
        for (var i = 0; i < BatchedStream.MostDiscarded / part.Length; i++)
        {
            await app.WriteAsync(part);
        }

        await Assert.ThrowsAsync<IOException>(() => app.WriteAsync(part));
    }

    [Fact]
    public async Task Write_AfterTheAppClosedWithoutAnAnswer_FailsAtOnce()
    {
        var app = Connect();
        await app.WriteAsync("head"u8.ToArray());
        app.Peer.Dispose();

        await Assert.ThrowsAsync<IOException>(() => app.WriteAsync("body"u8.ToArray()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_OfARequestToAConnectionThatWasReset_Fails(bool hasServed)
    {
        var app = Connect();
        if (hasServed)
        {
            await app.WriteAsync("one"u8.ToArray());
            app.Peer.Send("answer"u8);
            Assert.Equal(6, await app.Stream.ReadAsync(new byte[10], Ended));
        }

        app.Peer.LingerState = new LingerOption(enable: true, seconds: 0);
        app.Peer.Dispose();

        await Assert.ThrowsAsync<IOException>(() => app.WriteAsync("two"u8.ToArray()));
    }

    [Fact]
    public async Task Writes_FromManyThreads_ArriveWholeAndInOrder()
    {
        var seed = new SeededRandom().Seed;
        using var loop = new LoopThread(Batch, new Random(seed));
        var apps = Enumerable.Range(0, 24).Select(i => i % 4 == 0 ? Connect(buffers: 4096) : Connect()).ToList();

        await Task.WhenAll(apps.Select(async (app, index) =>
        {
            var random = new Random(seed + index);
            var sent = new MemoryStream();
            var arrived = Task.Run(() => ReadToEndAsync(app.Peer), Ended);
            for (var i = 0; i < 300; i++)
            {
                var bytes = new byte[random.Next(8) == 0 ? random.Next(1, 20_000) : random.Next(1, 600)];
                random.NextBytes(bytes);
                sent.Write(bytes);
                Func<Task> write = () => app.WriteAsync(bytes);
                await (random.Next(3) == 0 ? Task.Run(write, Ended) : loop.RunAsync(write));
                bytes.AsSpan().Clear();
            }

            Action close = app.Stream.Dispose;
            await (random.Next(2) == 0 ? Task.Run(close, Ended) : loop.RunAsync(() =>
            {
                close();
                return Task.CompletedTask;
            }));
            var got = await arrived;
            Assert.True(sent.ToArray().AsSpan().SequenceEqual(got), $"seed {seed}, connection {index}");
        }));
    }

    // A connection whose app takes no more, with a write that was kept and then not taken; and how much was sent in all.
    private async Task<(App Slow, int Sent)> FillAsync()
    {
        var app = Connect(buffers: 4096);
        var sent = 0;
        while (app.Socket.Poll(TimeSpan.FromMilliseconds(1), SelectMode.SelectWrite))
        {
            sent += app.Socket.Send(Encoding.ASCII.GetBytes(new string('s', BatchedStream.Short)), SocketFlags.None, out _);
        }

        await OnTheLoop(() => app.WriteAsync(Encoding.ASCII.GetBytes(new string('s', BatchedStream.Short))));
        OnTheLoop(() =>
        {
            Batch.Send();
            for (var i = 0; i < SendBatch.Pause; i++)
            {
                _ = Batch.TryKeep(app.Stream, "x"u8, out _); // not kept, after a batch of few
            }
        });
        return (app, sent + BatchedStream.Short);
    }

    private static async Task EndsAsync(Task<int> read)
    {
        try
        {
            Assert.Equal(0, await read);
        }
        catch (IOException)
        {
            // Either tells that no answer comes.
        }
    }

    private static async Task<byte[]> ReadToEndAsync(Socket peer)
    {
        var all = new MemoryStream();
        var some = new byte[3000];
        for (int read; (read = await peer.ReceiveAsync(some, Ended)) > 0;)
        {
            all.Write(some, 0, read);
        }

        return all.ToArray();
    }

    /// <summary>A thread that takes what there is to do, and sends the batch after a look at some of it.</summary>
    private sealed class LoopThread : IDisposable
    {
        private readonly BlockingCollection<Action> queue = [];
        private readonly Thread thread;

        public LoopThread(SendBatch batch, Random random)
        {
            thread = new(() =>
            {
                SendBatch.OfThisThread = batch;
                foreach (var first in queue.GetConsumingEnumerable())
                {
                    first();
                    for (var more = random.Next(12); more > 0 && queue.TryTake(out var next); more--)
                    {
                        next();
                    }

                    batch.Send();
                }
            });
            thread.Start();
        }

        public Task RunAsync(Func<Task> work)
        {
            var done = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
            queue.Add(() => done.SetResult(work()));
            return done.Task.Unwrap();
        }

        public void Dispose()
        {
            queue.CompleteAdding();
            thread.Join();
            queue.Dispose();
        }
    }
}
