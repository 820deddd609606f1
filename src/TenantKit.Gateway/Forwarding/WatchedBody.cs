namespace TenantKit.Gateway.Forwarding;

/// <summary>A request body that tells the deadline whom is being waited for: the client while a read is open, the app between reads.</summary>
internal sealed class WatchedBody(Stream inner, ResponseDeadline deadline) : Stream
{
    private volatile ResponseDeadline? deadline = deadline;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>True once bytes were read.</summary>
    public bool HasRead { get; private set; }

    /// <summary>The try is over: its deadline is another's now, and not for this body to touch.</summary>
    public void Release() => deadline = null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        deadline?.Pause();
        var read = await inner.ReadAsync(buffer, cancellationToken);
        deadline?.Restart();
        HasRead |= read > 0;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The body is read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
