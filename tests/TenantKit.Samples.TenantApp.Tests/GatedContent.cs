using System.Net;

namespace TenantKit.Samples.TenantApp.Tests;

/// <summary>A body whose end waits for a signal: a request that is in flight for as long as a test likes.</summary>
internal sealed class GatedContent(Task gate) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(new byte[10]);
        await stream.FlushAsync();
        await gate;
        await stream.WriteAsync(new byte[10]);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 20;
        return true;
    }
}
