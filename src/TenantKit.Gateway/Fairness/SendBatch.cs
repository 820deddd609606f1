using System.Net.Sockets;
using System.Security.Cryptography;

namespace TenantKit.Gateway.Fairness;

/// <summary>What one thread that waits for sockets has to send to apps, copied and kept until it is through with the events it was told of, then sent in one go.</summary>
/// <remarks>
/// In a dedicated gateway a request goes from its client's event to the app's socket without leaving that thread, dozens of them for one look at
/// the sockets. Sent one by one, each may find the app's processor asleep again and wake it, and the code that sends takes the place of the code
/// that reads in the processor's caches and the other way round. Seastar sends at the end of a poll for the same reasons (<c>batch_flushes</c>), Netty
/// when a read is complete (<c>FlushConsolidationHandler</c>). The end of a look at the sockets is found by a socket that is connected to itself: what is
/// sent to it shows in the next look. Where that look has little to do this costs more than it saves, so batches of few are left for a while.
/// All members are for the thread it belongs to; a connection may send what it has kept here from any thread, until <see cref="Send"/>.
/// </remarks>
internal sealed class SendBatch
{
    /// <summary>A batch with fewer sends than this was not worth it.</summary>
    public const int Few = 4;

    /// <summary>Sends that are not kept after such a batch.</summary>
    public const int Pause = 64;

    /// <summary>Bytes that one batch holds; further ones are sent at once.</summary>
    public const int Room = 256 << 10;

    private static readonly Lazy<bool> Starting = new(static () =>
    {
        // They are given to the threads in turn, unless other sockets come in between; two for each, so that none is left out.
        for (var i = 0; i < 2 * Environment.ProcessorCount; i++)
        {
            LoopSignal.Start();
        }

        return true;
    });

    [ThreadStatic]
    private static SendBatch? own;

    private readonly Func<bool> signal;
    private readonly List<BatchedStream> streams = [];
    private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(Room);
    private int used;
    private int unkept;

    /// <param name="signal">Has <see cref="Send"/> called in the next look at the sockets; false when it cannot.</param>
    public SendBatch(Func<bool> signal) => this.signal = signal;

    /// <summary>The one of the calling thread; null where the thread waits for no sockets, or hands their events on.</summary>
    public static SendBatch? OfThisThread
    {
        get => own;
        set => own = value;
    }

    /// <summary>Gives each thread that waits for sockets a batch, once in a process; sockets' completions must be inline.</summary>
    public static void Start() => _ = Starting.Value;

    /// <summary>Keeps a write until <see cref="Send"/>.</summary>
    /// <param name="stream">Where it goes; <see cref="Send"/> has it send.</param>
    /// <param name="write">What is written, not empty.</param>
    /// <param name="copy">A copy that stays as it is until <see cref="Send"/>.</param>
    /// <returns>False when it should be sent at once by the caller.</returns>
    public bool TryKeep(BatchedStream stream, ReadOnlySpan<byte> write, out ReadOnlyMemory<byte> copy)
    {
        copy = default;
        if (unkept > 0)
        {
            unkept--;
            return false;
        }

        if (write.Length > bytes.Length - used || (used == 0 && !signal()))
        {
            return false;
        }

        write.CopyTo(bytes.AsSpan(used));
        copy = bytes.AsMemory(used, write.Length);
        used += write.Length;
        streams.Add(stream);
        return true;
    }

    /// <summary>Sends what was kept.</summary>
    public void Send()
    {
        if (streams.Count < Few)
        {
            unkept = Pause;
        }

        foreach (var stream in streams)
        {
            stream.SendNow();
        }

        streams.Clear();
        used = 0;
    }

    /// <summary>The socket that is connected to itself.</summary>
    private sealed class LoopSignal : IDisposable
    {
        private static readonly byte[] Something = [1];

        private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        private readonly SocketAsyncEventArgs arrival = new();
        private SendBatch? batch;

        public static void Start()
        {
            // Elsewhere completions are never inline.
            if (!OperatingSystem.IsLinux())
            {
                return;
            }

            var name = new UnixDomainSocketEndPoint($"\0tenantkit-{RandomNumberGenerator.GetHexString(32)}"); // no file; from others it takes nothing, as it is connected
            LoopSignal? signal = null;
            try
            {
                signal = new LoopSignal();
                signal.arrival.SetBuffer(new byte[1]);
                signal.arrival.Completed += (_, _) => signal.Arrived();
                signal.socket.Bind(name);
                signal.socket.Connect(name);
                _ = signal.socket.ReceiveAsync(signal.arrival) && signal.TrySend();
            }
            catch (SocketException)
            {
                signal?.Dispose(); // whatever forbids it, all is sent at once then
            }
        }

        public void Dispose()
        {
            socket.Dispose();
            arrival.Dispose();
        }

        // The first time tells which thread this is.
        private void Arrived()
        {
            if (batch is null)
            {
                if (OfThisThread is not null || Thread.CurrentThread.IsThreadPoolThread)
                {
                    Dispose();
                    return;
                }

                OfThisThread = batch = new(TrySend);
            }

            var works = arrival.SocketError == SocketError.Success && socket.ReceiveAsync(arrival);
            batch.Send();
            if (!works)
            {
                OfThisThread = null;
                Dispose();
            }
        }

        private bool TrySend()
        {
            try
            {
                return socket.Send(Something) == 1;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }
}
