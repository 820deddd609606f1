using System.Net;
using System.Net.Sockets;
using System.Text;
using TenantKit.Gateway.Fairness;

namespace TenantKit.Gateway.Tests.Fairness;

/// <summary>Short sends to apps go out together, each whole and once, and a connection that fails costs the others nothing.</summary>
public sealed class SendBatchTests : IDisposable
{
    private readonly List<IDisposable> open = [];
    private readonly SendBatch batch;
    private int signals;
    private bool signalWorks = true;

    public SendBatchTests() => batch = new(() =>
    {
        signals++;
        return signalWorks;
    });

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => open.ForEach(static each => each.Dispose());

    [Fact]
    public async Task Sends_OfAThreadThatWaitsForSockets_GoOutTogether()
    {
        var apps = Enumerable.Range(0, 10).Select(_ => Connect()).ToList();

        var writes = OnTheLoop(() => apps.ConvertAll(app => app.WriteAsync("request"u8.ToArray())));

        Assert.All(writes, static write => Assert.False(write.IsCompleted));
        Assert.All(apps, static app => Assert.Equal(0, app.Peer.Available));
        Assert.Equal(1, signals);

        OnTheLoop(batch.Send);

        await Task.WhenAll(writes);
        foreach (var app in apps)
        {
            Assert.Equal("request", await ReadAsync(app.Peer, 7));
        }
    }

    [Fact]
    public async Task Sends_OfOneConnection_KeepTheirOrder()
    {
        var others = Enumerable.Range(0, SendBatch.Few).Select(_ => Connect()).ToList();
        var app = Connect();
        var expected = new StringBuilder();
        for (var i = 0; i < 200; i++)
        {
            var size = i % 5 == 0 ? BatchedStream.Short + i : i + 1; // long and short, kept and not
            expected.Append((char)('a' + (i % 26)), size);
            var bytes = Encoding.ASCII.GetBytes(new string((char)('a' + (i % 26)), size));
            var write = i % 3 == 0
                ? app.WriteAsync(bytes)
                : OnTheLoop(() =>
                {
                    others.ForEach(static other => _ = other.WriteAsync(new byte[1]));
                    return i % 2 == 0 ? app.WriteAsync(bytes) : app.WriteArrayAsync(bytes);
                });
            OnTheLoop(batch.Send);
            await write;
        }

        Assert.Equal(expected.ToString(), await ReadAsync(app.Peer, expected.Length));
    }

    [Fact]
    public async Task Send_ThatIsLong_IsNotKept()
    {
        var app = Connect();

        await OnTheLoop(() => app.WriteAsync(new byte[BatchedStream.Short + 1]));

        Assert.Equal(0, signals);
        Assert.Equal(BatchedStream.Short + 1, (await ReadAsync(app.Peer, BatchedStream.Short + 1)).Length);
    }

    [Fact]
    public async Task Send_FromAnotherThread_IsNotKept()
    {
        var app = Connect();

        var write = OnTheLoop(() => Task.Run(async () => await app.Stream.WriteAsync("x"u8.ToArray(), Ended), Ended));

        await write;
        Assert.Equal(0, signals);
        Assert.Equal("x", await ReadAsync(app.Peer, 1));
    }

    [Fact]
    public async Task Batch_WithFewSends_IsLeftForAWhile()
    {
        var app = Connect();
        var write = OnTheLoop(() => app.WriteAsync(new byte[1]));
        OnTheLoop(batch.Send);
        await write;

        for (var i = 0; i < SendBatch.Pause; i++)
        {
            await OnTheLoop(() => app.WriteAsync(new byte[1]));
        }

        Assert.Equal(1, signals);
        write = OnTheLoop(() => app.WriteAsync(new byte[1]));
        Assert.Equal((false, 2), (write.IsCompleted, signals));
        OnTheLoop(batch.Send);
        await write;
    }

    [Fact]
    public async Task Batches_WithEnoughSends_GoOn()
    {
        var apps = Enumerable.Range(0, SendBatch.Few).Select(_ => Connect()).ToList();
        for (var round = 1; round <= 3; round++)
        {
            var writes = OnTheLoop(() => apps.ConvertAll(app => app.WriteAsync(new byte[1])));
            Assert.All(writes, static write => Assert.False(write.IsCompleted));
            Assert.Equal(round, signals);
            OnTheLoop(batch.Send);
            await Task.WhenAll(writes);
        }
    }

    [Fact]
    public async Task Send_WhereTheLoopCannotBeTold_IsNotKept()
    {
        signalWorks = false;
        var app = Connect();

        await OnTheLoop(() => app.WriteAsync("x"u8.ToArray()));

        Assert.Equal("x", await ReadAsync(app.Peer, 1));
    }

    [Fact]
    public async Task Send_OnAConnectionThatIsClosedMeanwhile_FailsAndTheOthersGoOut()
    {
        var apps = Enumerable.Range(0, 5).Select(_ => Connect()).ToList();
        using var given = new CancellationTokenSource();

        var writes = OnTheLoop(() => apps.ConvertAll(app => app.Stream.WriteAsync("x"u8.ToArray(), app == apps[3] ? given.Token : Ended).AsTask()));
        apps[1].Stream.Dispose();
        await given.CancelAsync();
        OnTheLoop(batch.Send);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => writes[1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writes[3]);
        foreach (var good in new[] { 0, 2, 4 })
        {
            await writes[good];
            Assert.Equal("x", await ReadAsync(apps[good].Peer, 1));
        }
    }

    [Fact]
    public async Task Send_ThatLeadsToAnother_IsFollowedByItInTheNextBatch()
    {
        var others = Enumerable.Range(0, SendBatch.Few).Select(_ => Connect()).ToList();
        var app = Connect();
        var both = OnTheLoop(() =>
        {
            others.ForEach(static other => _ = other.WriteAsync(new byte[1]));
            return TwiceAsync();
        });

        OnTheLoop(batch.Send);

        Assert.Equal((false, 1, 2), (both.IsCompleted, app.Peer.Available, signals));
        OnTheLoop(batch.Send);
        await both;
        Assert.Equal("ab", await ReadAsync(app.Peer, 2));

        async Task TwiceAsync()
        {
            await app.Stream.WriteAsync("a"u8.ToArray(), Ended);
            await app.Stream.WriteAsync("b"u8.ToArray(), Ended);
        }
    }

    [Fact]
    public async Task Send_BeforeTheOneBeforeHasEnded_IsRefusedAndDoesNotReachTheApp()
    {
        var app = Connect();
        var first = OnTheLoop(() => app.WriteAsync("a"u8.ToArray()));

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await app.Stream.WriteAsync("b"u8.ToArray(), Ended));

        OnTheLoop(batch.Send);
        await first;
        await app.Stream.WriteAsync("c"u8.ToArray(), Ended);
        Assert.Equal("ac", await ReadAsync(app.Peer, 2));
    }

    [Fact]
    public async Task Send_ThatTheNetworkDoesNotTakeAtOnce_EndsWhenItDoes()
    {
        var app = Connect(sendBuffer: 4096);
        app.Peer.ReceiveBufferSize = 4096;
        var sent = 0;
        Task write;
        do
        {
            write = OnTheLoop(() => app.WriteAsync(new byte[BatchedStream.Short]));
            OnTheLoop(batch.Send);
            sent += BatchedStream.Short;
        }
        while (write.IsCompleted && sent < 64 << 20);

        Assert.False(write.IsCompleted);
        await ReadAsync(app.Peer, sent);
        await write;
    }

    private static async Task<string> ReadAsync(Socket peer, int length)
    {
        var bytes = new byte[length];
        for (var read = 0; read < length;)
        {
            var more = await peer.ReceiveAsync(bytes.AsMemory(read), Ended);
            Assert.NotEqual(0, more);
            read += more;
        }

        return Encoding.ASCII.GetString(bytes);
    }

    private void OnTheLoop(Action work) => OnTheLoop(() =>
    {
        work();
        return 0;
    });

    // As the thread that the batch belongs to.
    private T OnTheLoop<T>(Func<T> work)
    {
        var before = SendBatch.OfThisThread;
        SendBatch.OfThisThread = batch;
        try
        {
            return work();
        }
        finally
        {
            SendBatch.OfThisThread = before;
        }
    }

    private App Connect(int? sendBuffer = null)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (sendBuffer is { } size)
        {
            socket.SendBufferSize = size;
        }

        socket.Connect(listener.LocalEndPoint!);
        var app = new App(new BatchedStream(socket), listener.Accept());
        open.Add(app.Stream);
        open.Add(app.Peer);
        return app;
    }

    private sealed record App(BatchedStream Stream, Socket Peer)
    {
        public Task WriteAsync(byte[] bytes) => Stream.WriteAsync(bytes, Ended).AsTask();

        public Task WriteArrayAsync(byte[] bytes)
        {
            Stream stream = Stream;
            return stream.WriteAsync(bytes, 0, bytes.Length, Ended);
        }
    }
}
