using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Tests.Support;

namespace TenantKit.Gateway.Tests.Fairness;

/// <summary>In a dedicated gateway a busy connection gives way to the others, and nothing of what it carries is lost or changes its order by that.</summary>
public sealed class FairnessTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_WithDataThatNeverEnds_WaitsForItsTurnAfterSoManyReads()
    {
        var waiting = new Queue<IThreadPoolWorkItem>();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[10_000], Ended);
        var reader = new FairTransport(new Duplex(pipe), new BulkLane(1, waiting.Enqueue)).Input;

        var waits = 0;
        for (var i = 0; i < FairReader.Turn * 3; i++)
        {
            var read = reader.ReadAsync(Ended).AsTask();
            if (!read.IsCompleted)
            {
                waits++;
                waiting.Dequeue().Execute();
            }

            Assert.True(read.IsCompletedSuccessfully);
            reader.AdvanceTo((await read).Buffer.GetPosition(1));
        }

        Assert.Equal((3, 0), (waits, waiting.Count));
        Assert.True(reader.TryRead(out var left));
        Assert.Equal(10_000 - (FairReader.Turn * 3), left.Buffer.Length);
    }

    [Theory]
    [InlineData(FairReader.Block - 1, FairReader.Turn - 1, FairReader.Turn)] // the read that waits is one of the turn
    [InlineData(FairReader.Block * 3, FairReader.Turn / 4, FairReader.Turn / 4)]
    [InlineData(FairReader.Block * 15, FairReader.Turn / 16, FairReader.Turn / 16)]
    [InlineData(FairReader.Block * 100, 1, 1)]
    public async Task Reader_OfWhichMuchIsTakenAtATime_WaitsAfterFewerReads(int bytes, int first, int later)
    {
        var waiting = new Queue<IThreadPoolWorkItem>();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new FairTransport(new Duplex(pipe), new BulkLane(1, waiting.Enqueue)).Input;
        for (var turn = 0; turn < 3; turn++)
        {
            for (var i = 0; i < (turn == 0 ? first : later); i++)
            {
                await pipe.Writer.WriteAsync(new byte[bytes], Ended);
                var read = reader.ReadAsync(Ended).AsTask();
                if (turn > 0 && i == 0)
                {
                    Assert.False(read.IsCompleted);
                    waiting.Dequeue().Execute();
                }

                Assert.True(read.IsCompletedSuccessfully, $"turn {turn}, read {i}");
                Assert.Equal(bytes, (await read).Buffer.Length);
                reader.AdvanceTo((await read).Buffer.End);
            }
        }

        Assert.Empty(waiting);
    }

    [Fact]
    public async Task Reader_AmongOthers_NeverWaits()
    {
        var waiting = new Queue<IThreadPoolWorkItem>();
        var lane = new BulkLane(1, waiting.Enqueue);
        var readers = new List<PipeReader>();
        for (var i = 0; i < 2; i++)
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            await pipe.Writer.WriteAsync(new byte[10_000], Ended);
            readers.Add(new FairTransport(new Duplex(pipe), lane).Input);
        }

        for (var i = 0; i < FairReader.Turn * 3; i++)
        {
            foreach (var reader in readers)
            {
                var read = reader.ReadAsync(Ended).AsTask();
                Assert.True(read.IsCompletedSuccessfully);
                reader.AdvanceTo((await read).Buffer.GetPosition(1));
            }
        }

        Assert.Empty(waiting);
    }

    [Theory]
    [InlineData(true, 1 + 4)] // once for each turn
    [InlineData(false, (1 + 1) + (2 * 19))] // on a thread that is none of the pool's: before each read and after it, as soon as it is long
    public async Task Stream_ThatIsLongAndAlwaysReady_WaitsForItsTurnAfterSoManyBytes(bool inThePool, int turns)
    {
        var waiting = new Queue<IThreadPoolWorkItem>();
        var content = RandomNumberGenerator.GetBytes(FairStream.Short + (FairStream.Turn * 5) - 1);
        using var stream = new FairStream(new MemoryStream(content), new BulkLane(1, waiting.Enqueue));
        var got = new MemoryStream();

        var waited = await Task.Factory.StartNew(Read, Ended, inThePool ? TaskCreationOptions.None : TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.Equal((turns, 0), (waited, waiting.Count));
        Assert.Equal(content, got.ToArray());

        int Read()
        {
            var waits = 0;
            var buffer = new byte[FairStream.Turn / 4];
            while (got.Length < content.Length)
            {
                var read = stream.ReadAsync(buffer, 0, buffer.Length, Ended);
                while (!read.IsCompleted)
                {
                    waits++;
                    waiting.Dequeue().Execute();
                }

                got.Write(buffer, 0, read.GetAwaiter().GetResult());
            }

            return waits;
        }
    }

    [Fact]
    public void Lane_WithManyInIt_TakesThemInOrderAndNoMoreAtOnceThanItIsWide()
    {
        var workers = new Queue<IThreadPoolWorkItem>();
        var lane = new BulkLane(2, workers.Enqueue);
        var done = new List<int>();
        async Task TakeTurnsAsync(int who)
        {
            for (var i = 0; i < 2; i++)
            {
                await lane.Turn();
                done.Add(who);
            }
        }

        var all = Enumerable.Range(0, 5).Select(TakeTurnsAsync).ToArray();
        Assert.Equal(2, workers.Count);
        var most = 0;
        while (workers.TryDequeue(out var worker))
        {
            worker.Execute();
            most = Math.Max(most, workers.Count);
        }

        Assert.All(all, static one => Assert.True(one.IsCompletedSuccessfully));
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], done);
        Assert.Equal(2, most);
        Assert.True(TakeTurnsAsync(9) is { IsCompleted: false } && workers.Count == 1); // it still works when it was empty
    }

    [Fact]
    public async Task Lane_EnteredByManyAtOnce_ForgetsNobody()
    {
        var lane = new BulkLane(2);
        var turns = 0;

        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(
            async () =>
            {
                for (var i = 0; i < 2_000; i++)
                {
                    await lane.Turn();
                    Interlocked.Increment(ref turns);
                }
            },
            Ended)));

        Assert.Equal(64 * 2_000, turns);
    }

    [Fact]
    public async Task Requests_ManyInOnePiece_AreAnsweredInTheirOrder()
    {
        await using var host = await GatewayHost.StartAsync(dedicated: true);
        var tenant = await host.AddTenantAsync();
        var requests = new StringBuilder();
        const int Count = (FairReader.Turn * 3) + 1;
        for (var i = 0; i < Count; i++)
        {
            // Every third one is refused on the spot.
            requests.Append($"GET {(i % 3 == 0 ? $"/t/{tenant.Name}" : $"/t/{tenant.Name}/bytes?count={i}")} HTTP/1.1\r\nHost: localhost\r\n{(i % 3 == 0 ? string.Empty : $"Authorization: Bearer {tenant.Token}\r\n")}{(i == Count - 1 ? "Connection: close\r\n" : string.Empty)}\r\n");
        }

        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Url.Host, host.Url.Port, Ended);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(requests.ToString()), Ended);
        var answers = await new StreamReader(socket.GetStream(), Encoding.Latin1).ReadToEndAsync(Ended);

        var statuses = answers.Split("HTTP/1.1 ")[1..].Select(static (answer, i) => (i, answer[..3])).ToList();
        Assert.Equal(Enumerable.Range(0, Count).Select(static i => (i, i % 3 == 0 ? "401" : "200")), statuses);
    }

    [Fact]
    public async Task WebSocket_WithMoreThanATurnEachWay_EchoesAllInOrder()
    {
        await using var host = await GatewayHost.StartAsync(dedicated: true);
        var tenant = await host.AddTenantAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {tenant.Token}");
        await socket.ConnectAsync(new Uri($"ws://{host.Url.Authority}/t/{tenant.Name}/ws"), Ended);
        var sent = RandomNumberGenerator.GetBytes(1 << 20);

        var sending = Task.Run(async () =>
        {
            for (var at = 0; at < sent.Length; at += 1024)
            {
                await socket.SendAsync(sent.AsMemory(at, 1024), WebSocketMessageType.Binary, true, Ended);
            }
        }, Ended);
        var got = new byte[sent.Length];
        for (var at = 0; at < got.Length;)
        {
            at += (await socket.ReceiveAsync(got.AsMemory(at), Ended)).Count;
        }

        await sending;
        Assert.True(sent.AsSpan().SequenceEqual(got));
    }

    private sealed class Duplex(Pipe pipe) : IDuplexPipe
    {
        public PipeReader Input => pipe.Reader;

        public PipeWriter Output => pipe.Writer;
    }
}
