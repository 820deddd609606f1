using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace TenantKit.Gateway.Fairness;

/// <summary>A connection to an app. What is sent from a thread that waits for sockets, and is short, goes with that thread's <see cref="SendBatch"/>.</summary>
/// <remarks>As thread-safe as other streams: one write at a time, as the HTTP client has it.</remarks>
/// <param name="socket">Connected; it is the stream's from here on.</param>
internal sealed class BatchedStream(Socket socket) : NetworkStream(socket, ownsSocket: true), IValueTaskSource, IPendingSend
{
    /// <summary>Longest write in bytes that waits for its batch: the head of a request, a message of a web socket.</summary>
    public const int Short = 4 << 10;

    private ManualResetValueTaskSourceCore<bool> written;
    private ReadOnlyMemory<byte> pending;
    private CancellationToken cancellation;
    private bool isKept;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isKept)
        {
            return ValueTask.FromException(new InvalidOperationException("The write before has not ended; wait for it first."));
        }

        if (buffer.Length > Short || SendBatch.OfThisThread is not { } batch || !batch.TryKeep(this))
        {
            return base.WriteAsync(buffer, cancellationToken);
        }

        (isKept, pending, cancellation) = (true, buffer, cancellationToken);
        return new(this, written.Version);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public void SendNow()
    {
        ValueTask write;
        try
        {
            write = base.WriteAsync(pending, cancellation);
        }
        catch (Exception e)
        {
            End(e);
            return;
        }

        if (write.IsCompletedSuccessfully)
        {
            write.GetAwaiter().GetResult();
            End(null);
        }
        else
        {
            _ = FinishAsync(write);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            written.GetResult(token);
        }
        finally
        {
            written.Reset();
            isKept = false;
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => written.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        written.OnCompleted(continuation, state, token, flags);

    private async Task FinishAsync(ValueTask write)
    {
        Exception? problem = null;
        try
        {
            await write;
        }
        catch (Exception e)
        {
            problem = e;
        }

        End(problem);
    }

    // Whoever waits goes on from here, and may write again.
    private void End(Exception? problem)
    {
        (pending, cancellation) = (default, default);
        if (problem is null)
        {
            written.SetResult(true);
        }
        else
        {
            written.SetException(problem);
        }
    }
}
