using System.Net;
using System.Security.Cryptography;

namespace TenantKit.Samples.TenantApp.Tests;

/// <summary>A large body that is never held as a whole.</summary>
internal sealed class PatternContent(long length) : HttpContent
{
    public string? Sha256 { get; private set; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[65536];
        for (var left = length; left > 0; left -= chunk.Length)
        {
            chunk[0]++;
            var size = (int)Math.Min(left, chunk.Length);
            hash.AppendData(chunk, 0, size);
            await stream.WriteAsync(chunk.AsMemory(0, size));
        }

        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    protected override bool TryComputeLength(out long result)
    {
        result = length;
        return true;
    }
}
