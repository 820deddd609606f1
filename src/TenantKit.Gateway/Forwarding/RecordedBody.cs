namespace TenantKit.Gateway.Forwarding;

/// <summary>A request body whose beginning is kept while it passes, so that a second try can have it again. Beyond the limit it only passes.</summary>
/// <remarks>
/// (1) Bytes are taken from the client by one read at a time, into what is kept; whoever reads is served from there. So a try that has failed
/// but still reads takes nothing away from the next one. (2) What does not fit any more goes straight to the newest reader, and ends replays.
/// </remarks>
internal sealed class RecordedBody(Stream inner, int limit, CancellationToken aborted)
{
    private readonly Lock gate = new();
    private byte[] kept = [];
    private int length;
    private bool ended;
    private bool overran;
    private Task? filling;
    private BodyReplay? newest;

    /// <summary>True while everything that was taken from the client is kept.</summary>
    public bool CanReplay
    {
        get
        {
            lock (gate)
            {
                return !overran;
            }
        }
    }

    /// <summary>The body from its beginning. Readers that were opened before get no more bytes beyond what is kept.</summary>
    public Stream Open()
    {
        lock (gate)
        {
            return newest = new BodyReplay(this);
        }
    }

    public async ValueTask<int> ReadAsync(BodyReplay reader, int position, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task fill;
            lock (gate)
            {
                if (position < length)
                {
                    var count = Math.Min(buffer.Length, length - position);
                    kept.AsMemory(position, count).CopyTo(buffer);
                    return count;
                }

                if (ended)
                {
                    return 0;
                }

                if (reader != newest)
                {
                    throw new IOException("The try that this was for is over.");
                }

                if (length >= limit || position > length)
                {
                    break; // (2)
                }

                fill = filling ??= FillAsync(); // (1)
            }

            await fill.WaitAsync(cancellationToken);
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        lock (gate)
        {
            // Reading nothing into nothing is how some readers wait for data; it is no end.
            (overran, ended) = (overran || read > 0, ended || (read == 0 && buffer.Length > 0));
        }

        return read;
    }

    private async Task FillAsync()
    {
        await Task.Yield(); // the caller holds the lock
        try
        {
            if (kept.Length == length)
            {
                Array.Resize(ref kept, Math.Min(limit, Math.Max(4096, kept.Length * 2)));
            }

            var read = await inner.ReadAsync(kept.AsMemory(length), aborted);
            lock (gate)
            {
                length += read;
                ended = read == 0;
            }
        }
        finally
        {
            lock (gate)
            {
                filling = null;
            }
        }
    }
}
