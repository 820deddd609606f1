using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace TenantKit.Gateway.Fairness;

/// <summary>Reads what a client sends, and waits for its turn after so many reads in a row.</summary>
/// <remarks>
/// In a dedicated gateway what follows on a socket's event runs on the thread that waits for the events of many sockets: a client that never
/// stops sending would have it for itself. In a row means that this thread has read from nobody else in between: whoever gets its events among
/// those of others never has to wait. While this one waits for its turn, what comes meanwhile fills the connection's buffer, which is
/// bounded, and then stays in the network; so the thread is free. A request of ordinary size is one read. Event loops of other proxies bound the
/// reads of one turn as well (Envoy, nginx). As thread-safe as a pipe: one reader at a time.
/// </remarks>
/// <param name="inner">What is read.</param>
/// <param name="lane">Where it goes on.</param>
internal sealed class FairReader(PipeReader inner, BulkLane lane) : PipeReader
{
    /// <summary>Reads of one turn, a fraction of a millisecond. One of which much is taken counts as several.</summary>
    public const int Turn = 64;

    /// <summary>Bytes that count as one read more.</summary>
    public const int Block = 4 << 10;

    [ThreadStatic]
    private static FairReader? newest;

    private int left;
    private ReadOnlySequence<byte> large;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (newest != this)
        {
            (newest, left) = (this, Turn);
        }

        return --left > 0 ? ReadSomeAsync(cancellationToken) : GiveWayAsync(cancellationToken);
    }

    private ValueTask<ReadResult> ReadSomeAsync(CancellationToken cancellationToken)
    {
        var read = inner.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            return read;
        }

        return new(Look(read.Result));
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed)
    {
        Count(consumed);
        inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Count(consumed);
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Look(ReadResult result)
    {
        if (result.Buffer.Length >= Block)
        {
            large = result.Buffer;
        }

        return result;
    }

    // What is left of it is none of the reader's any more once it has advanced.
    private void Count(SequencePosition consumed)
    {
        if (!large.IsEmpty)
        {
            left -= (int)(large.Slice(0, consumed).Length / Block);
            large = default;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> GiveWayAsync(CancellationToken cancellationToken)
    {
        left = Turn;
        await lane.Turn();
        return Look(await inner.ReadAsync(cancellationToken));
    }
}
