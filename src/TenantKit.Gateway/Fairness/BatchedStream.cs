using System.Net.Sockets;

namespace TenantKit.Gateway.Fairness;

/// <summary>A connection to an app. What is written from a thread that waits for sockets, and is short, is copied and goes with that thread's <see cref="SendBatch"/>.</summary>
/// <remarks>
/// Such a write has ended for its caller at once, as one has that the network took: what becomes of it shows when the answer is read. All that is
/// written arrives in the order of the writes, and closing sends what is kept first. An app may answer before it has read all, and close: whoever
/// writes reads that answer only when it has written the rest, so the rest is taken then, up to a bound, and goes nowhere. As thread-safe as other streams: one write at a time beside one read at a time, and closing at any time, each from any thread. Synchronous reads
/// and writes are refused.
/// </remarks>
internal sealed class BatchedStream : NetworkStream
{
    /// <summary>Longest write in bytes that waits for its batch: the head of a request, a message of a web socket.</summary>
    public const int Short = 4 << 10;

    /// <summary>How long a closed connection stays open for a kept write that the app's side does not take.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(10);

    /// <summary>Bytes that are taken after an app has answered and closed; then writing fails.</summary>
    public const int MostDiscarded = 64 << 20;

    private const string OnlyAsync = "This connection is read and written asynchronously only; use ReadAsync and WriteAsync.";

    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private ReadOnlyMemory<byte> kept;
    private Task finishing = Task.CompletedTask;
    private Exception? problem;
    private bool isAwaited;
    private bool isClosed;
    private bool hasWritten;
    private int toDiscard;

    /// <param name="socket">Connected; it is the stream's from here on.</param>
    /// <param name="time">Measures <see cref="Linger"/>.</param>
    public BatchedStream(Socket socket, TimeProvider time)
        : base(socket, ownsSocket: true)
    {
        this.time = time;
        socket.Blocking = false; // sending what is kept never waits
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        hasWritten = false;
        return base.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var mayBeLost = hasWritten;
        hasWritten = true;
        lock (gate)
        {
            if (IsOver(mayBeLost, buffer.Length))
            {
                return default;
            }

            if (finishing.IsCompleted)
            {
                if (buffer.Length is > 0 and <= Short && kept.IsEmpty && !cancellationToken.IsCancellationRequested
                    && SendBatch.OfThisThread?.TryKeep(this, buffer.Span, out kept) == true)
                {
                    return default;
                }

                SendKept();
            }

            if (!finishing.IsCompleted)
            {
                isAwaited = true;
                return WriteAfterAsync(finishing, buffer, mayBeLost, cancellationToken);
            }

            if (IsOver(mayBeLost, buffer.Length))
            {
                return default;
            }
        }

        return WriteNowAsync(buffer, mayBeLost, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    // Waiting on the thread that waits for sockets would be forever. Spans come here as well, in the base class.
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException(OnlyAsync);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException(OnlyAsync);

    /// <summary>Sends what is kept, unless that is done already; never throws.</summary>
    public void SendNow()
    {
        lock (gate)
        {
            SendKept();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (gate)
            {
                if (isClosed)
                {
                    return;
                }

                SendKept();
                isClosed = true;
                if (!finishing.IsCompleted && !isAwaited)
                {
                    Shut(SocketShutdown.Receive); // whoever waits for an answer need not wait for this
                    _ = CloseAfterAsync(finishing);
                    return;
                }
            }
        }

        base.Dispose(disposing);
    }

    // The gate is held, and nothing else is being sent.
    private void SendKept()
    {
        if (kept.IsEmpty)
        {
            return;
        }

        var bytes = kept;
        kept = default;
        try
        {
            var sent = Socket.Send(bytes.Span, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                Break(new SocketException((int)error));
            }
            else if (sent < bytes.Length)
            {
                isAwaited = false;
                finishing = FinishAsync(bytes[sent..].ToArray());
            }
        }
        catch (Exception e)
        {
            Break(e);
        }
    }

    private async Task FinishAsync(byte[] rest)
    {
        try
        {
            await base.WriteAsync(rest);
        }
        catch (Exception e)
        {
            Break(e);
        }
    }

    // A part of what was written is missing: nothing may follow it, and whoever waits for an answer must not wait forever. What has arrived can be read.
    private void Break(Exception reason)
    {
        problem = reason;
        toDiscard = HasAnswer() ? MostDiscarded : 0;
        Shut(SocketShutdown.Both);
    }

    // What the app sent before it closed has arrived by then.
    private bool HasAnswer()
    {
        try
        {
            return Socket.Available > 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void Shut(SocketShutdown how)
    {
        try
        {
            Socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side has ended it, or this one.
        }
    }

    private async ValueTask WriteAfterAsync(Task before, ReadOnlyMemory<byte> buffer, bool mayBeLost, CancellationToken cancellationToken)
    {
        await before.WaitAsync(cancellationToken);
        if (!IsOver(mayBeLost, buffer.Length))
        {
            await WriteNowAsync(buffer, mayBeLost, cancellationToken);
        }
    }

    private async ValueTask WriteNowAsync(ReadOnlyMemory<byte> buffer, bool mayBeLost, CancellationToken cancellationToken)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException exception)
        {
            Break(exception);
            if (!mayBeLost || !TryDiscard(buffer.Length))
            {
                hasWritten = false;
                throw;
            }
        }
    }

    private async Task CloseAfterAsync(Task before)
    {
        await before.WaitAsync(Linger, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        base.Dispose(disposing: true);
    }

    // What begins an exchange is not discarded: its writer may try another connection.
    private bool IsOver(bool mayBeLost, int length)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        if (problem is null)
        {
            return false;
        }

        if (mayBeLost && TryDiscard(length))
        {
            return true;
        }

        hasWritten = false;
        throw new IOException("An earlier write to this connection did not reach the network.", problem);
    }

    private bool TryDiscard(int length)
    {
        if (length > toDiscard)
        {
            return false;
        }

        toDiscard -= length;
        return true;
    }
}
