namespace TenantKit.Gateway.Remote;

/// <summary>A stream that fails when nothing comes for a while: a peer that is gone without a goodbye sends no heartbeats.</summary>
internal sealed class WatchedStream(Stream inner, TimeSpan longestSilence, TimeProvider time) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var silence = new CancellationTokenSource(longestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            var length = await inner.ReadAsync(buffer, either.Token);
            // Off the thread that noticed the bytes: in a dedicated gateway it serves other sockets, and a long list takes its time to be read.
            await Task.Yield();
            return length;
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"Nothing came for {longestSilence.TotalSeconds} s.");
        }
    }
}
