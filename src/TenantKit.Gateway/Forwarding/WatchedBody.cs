using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Forwarding;

/// <summary>A request body that tells the deadline whom is being waited for: the client while a read is open, the app between reads.</summary>
/// <remarks>It ends with 413 beyond its limit: for gRPC calls the forwarder lifts the web server's own, as if only streams without an end were such calls.</remarks>
internal sealed class WatchedBody(Stream inner, ResponseDeadline deadline, long limit = long.MaxValue) : ReadOnlyStream
{
    private volatile ResponseDeadline? deadline = deadline;
    private long taken;

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
        taken += read;
        return taken <= limit ? read : throw new BadHttpRequestException("The request body is too large.", StatusCodes.Status413PayloadTooLarge);
    }
}
