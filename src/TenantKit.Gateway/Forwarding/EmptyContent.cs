using System.Net;

namespace TenantKit.Gateway.Forwarding;

/// <summary>A body of no bytes, one for all requests: it has no state, and disposing of it does nothing.</summary>
internal sealed class EmptyContent : HttpContent
{
    private EmptyContent()
    {
        // Made now: requests that go out at the same time only read it.
        Headers.ContentLength = 0;
    }

    public static EmptyContent Instance { get; } = new();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => Task.CompletedTask;

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        // It is used again.
    }
}
