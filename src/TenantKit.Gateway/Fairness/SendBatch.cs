using System.Net.Sockets;
using System.Security.Cryptography;

namespace TenantKit.Gateway.Fairness;

/// <summary>What one thread that waits for sockets has to send to apps, kept until it is through with the events it was told of, then sent in one go.</summary>
/// <remarks>
/// In a dedicated gateway a request goes from its client's event to the app's socket without leaving that thread, dozens of them for one look at
/// the sockets. Sent one by one, each may find the app's processor asleep again and wake it, and the code that sends takes the place of the code
/// that reads in the processor's caches and the other way round. Seastar sends at the end of a poll for the same reasons (<c>batch_flushes</c>), Netty
/// when a read is complete (<c>FlushConsolidationHandler</c>). The end of a look at the sockets is found by a socket that is connected to itself: what is
/// sent to it shows in the next look. Where that look has little to do this costs more than it saves, so batches of few are left for a while.
/// All members are for the thread it belongs to.
/// </remarks>
internal sealed class SendBatch
{
    /// <summary>A batch with fewer sends than this was not worth it.</summary>
    public const int Few = 4;

    /// <summary>Sends that are not kept after such a batch.</summary>
    public const int Pause = 64;

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
    private List<IPendingSend> kept = [];
    private List<IPendingSend> sending = [];
    private bool isSignalled;
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

    /// <summary>Keeps a send until <see cref="Send"/>.</summary>
    /// <param name="pending">What to send.</param>
    /// <returns>False when it should be sent at once by the caller.</returns>
    public bool TryKeep(IPendingSend pending)
    {
        if (unkept > 0)
        {
            unkept--;
            return false;
        }

        if (!isSignalled && !signal())
        {
            return false;
        }

        isSignalled = true;
        kept.Add(pending);
        return true;
    }

    /// <summary>Sends what was kept. What that leads to is kept for the next time.</summary>
    public void Send()
    {
        (kept, sending) = (sending, kept);
        isSignalled = false;
        if (sending.Count < Few)
        {
            unkept = Pause;
        }

        foreach (var pending in sending)
        {
            pending.SendNow();
        }

        sending.Clear();
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

            // Waits for the next one first: nothing can have been sent since, and what is sent from here on shows in the next look, so that
            // sends that lead to sends never keep the thread from other sockets.
            var works = arrival.SocketError == SocketError.Success && socket.ReceiveAsync(arrival);
            batch.Send();
            if (!works)
            {
                OfThisThread = null;
                batch.Send();
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
