using System.Runtime.CompilerServices;

namespace TenantKit.Gateway.Fairness;

/// <summary>What an app sends, read so that the others get their turn: a long body is copied in the lane for what is long, and gives way there after every so many bytes.</summary>
/// <remarks>
/// The other half of <see cref="FairReader"/>: a download of which both sides are fast never has to wait for a socket, and would never leave the
/// thread it is on. The threads that wait for sockets are none of the pool's. Turns are counted in bytes, not in time: where the processor is
/// short, most of a turn's time is others'.
/// </remarks>
/// <param name="inner">The body, or what became of the connection when its protocol was switched.</param>
/// <param name="lane">Where it goes on; null for the process's.</param>
internal sealed class FairStream(Stream inner, BulkLane? lane = null) : Stream
{
    /// <summary>Bytes of one turn; a read that is begun may exceed it.</summary>
    public const int Turn = 32 << 10;

    /// <summary>What is never interrupted: the body's first bytes.</summary>
    public const int Short = 256 << 10;

    private readonly BulkLane lane = lane ?? BulkLane.Shared;
    private int left = Short;
    private bool isLong;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.Length == 0 ? inner.ReadAsync(buffer, cancellationToken) : ReadSomeAsync(buffer, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadSomeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (left <= 0)
        {
            (left, isLong) = (Turn, true);
            await lane.Turn();
        }
        else if (MustMove)
        {
            await lane.Turn();
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        left -= read;
        if (MustMove)
        {
            await lane.Turn(); // before it is written
        }

        return read;
    }

    private bool MustMove => isLong && !Thread.CurrentThread.IsThreadPoolThread;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }
}
