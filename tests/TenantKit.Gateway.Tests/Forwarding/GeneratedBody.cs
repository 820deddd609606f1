using System.Net;

namespace TenantKit.Gateway.Tests.Forwarding;

/// <summary>A body that is made while it is sent.</summary>
internal sealed class GeneratedBody(long length, Action<long>? sent = null) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var buffer = new byte[65536];
        for (long done = 0; done < length; done += buffer.Length)
        {
            await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(length - done, buffer.Length)));
            sent?.Invoke(done);
        }
    }

    protected override bool TryComputeLength(out long known)
    {
        known = length;
        return true;
    }
}
