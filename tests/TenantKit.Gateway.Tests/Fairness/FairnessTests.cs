using System.IO.Pipelines;
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
    public async Task Reader_WithDataThatNeverEnds_LetsOthersGoFirstOnceATurn()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[10_000], Ended);
        var reader = new FairTransport(new Duplex(pipe)).Input;

        var turns = Queue.Run(queue =>
        {
            var waits = 0;
            for (var i = 0; i < FairReader.Turn * 3; i++)
            {
                var others = false;
                queue.Post(static state => ((Action)state!)(), (Action)(() => others = true));
                var read = reader.ReadAsync(Ended);
                if (!read.IsCompleted)
                {
                    waits++;
                    Assert.False(others);
                    queue.Drain();
                    Assert.True(others);
                }

                Assert.True(read.IsCompletedSuccessfully);
                var buffer = read.Result.Buffer;
                reader.AdvanceTo(buffer.GetPosition(1));
                queue.Drain();
            }

            return waits;
        });

        Assert.Equal(3, turns);
        Assert.True(reader.TryRead(out var left));
        Assert.Equal(10_000 - (FairReader.Turn * 3), left.Buffer.Length);
    }

    [Fact]
    public void Stream_ThatIsAlwaysReady_LetsOthersGoFirstOnceATurn()
    {
        var content = RandomNumberGenerator.GetBytes(FairStream.Turn * 5);
        using var stream = new FairStream(new MemoryStream(content));
        var got = new MemoryStream();

        var waits = Queue.Run(queue =>
        {
            var waits = 0;
            var buffer = new byte[FairStream.Turn / 4];
            while (true)
            {
                var read = stream.ReadAsync(buffer, Ended);
                if (!read.IsCompleted)
                {
                    waits++;
                    queue.Drain();
                }

                if (read.Result is not (> 0 and var count))
                {
                    return waits;
                }

                got.Write(buffer, 0, count);
            }
        });

        Assert.Equal(5, waits);
        Assert.Equal(content, got.ToArray());
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
            requests.Append($"GET {(i % 3 == 0 ? $"/t/{tenant.Name}" : $"/t/{tenant.Name}/bytes?count={i}")} HTTP/1.1\r\nHost: localhost\r\n{(i % 3 == 0 ? string.Empty : $"Authorization: Bearer {tenant.Token}\r\n")}\r\n");
        }

        var answers = await RawClient.SendAsync(host.Url, requests.ToString());

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

    /// <summary>Where the work of a test that gave way waits, in its order, until the test lets it go on.</summary>
    private sealed class Queue : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Work, object? State)> waiting = new();

        public static T Run<T>(Func<Queue, T> test)
        {
            var (queue, before) = (new Queue(), Current);
            SetSynchronizationContext(queue);
            try
            {
                return test(queue);
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public override void Post(SendOrPostCallback d, object? state) => waiting.Enqueue((d, state));

        public void Drain()
        {
            while (waiting.TryDequeue(out var next))
            {
                next.Work(next.State);
            }
        }
    }
}
