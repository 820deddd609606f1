using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TenantKit.Gateway.Fairness;

namespace TenantKit.Gateway.Tests.Fairness;

/// <summary>Connections to apps, and a thread's batch that has what is written to them.</summary>
public abstract class BatchedConnections : IDisposable
{
    private readonly List<IDisposable> open = [];

    private protected BatchedConnections() => Batch = new(() =>
    {
        Signals++;
        return SignalWorks;
    });

    private protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    private protected SendBatch Batch { get; }

    private protected FakeTimeProvider Time { get; } = new();

    private protected int Signals { get; private set; }

    private protected bool SignalWorks { get; set; } = true;

    public void Dispose()
    {
        open.ForEach(static each => each.Dispose());
        GC.SuppressFinalize(this);
    }

    private protected static async Task<string> ReadAsync(Socket peer, int length)
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

    private protected void OnTheLoop(Action work) => OnTheLoop(() =>
    {
        work();
        return 0;
    });

    // As the thread that the batch belongs to.
    private protected T OnTheLoop<T>(Func<T> work)
    {
        var before = SendBatch.OfThisThread;
        SendBatch.OfThisThread = Batch;
        try
        {
            return work();
        }
        finally
        {
            SendBatch.OfThisThread = before;
        }
    }

    private protected App Connect(int? buffers = null)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (buffers is { } size)
        {
            (listener.ReceiveBufferSize, socket.SendBufferSize) = (size, size);
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        socket.Connect(listener.LocalEndPoint!);
        var app = new App(socket, new BatchedStream(socket, Time), listener.Accept());
        open.Add(app.Stream);
        open.Add(app.Peer);
        return app;
    }

    private protected sealed record App(Socket Socket, BatchedStream Stream, Socket Peer)
    {
        public Task WriteAsync(byte[] bytes) => Stream.WriteAsync(bytes, Ended).AsTask();

        public Task WriteArrayAsync(byte[] bytes)
        {
            Stream stream = Stream;
            return stream.WriteAsync(bytes, 0, bytes.Length, Ended);
        }
    }
}
