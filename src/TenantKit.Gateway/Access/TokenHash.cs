using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TenantKit.Gateway.Access;

/// <summary>SHA-256 of a token: what is remembered instead of the token.</summary>
internal readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    public static TokenHash Of(ReadOnlySpan<char> token)
    {
        Span<byte> hash = stackalloc byte[32];
        if (Encoding.UTF8.GetByteCount(token) is var length && length <= 1024)
        {
            Span<byte> bytes = stackalloc byte[1024];
            SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(token, bytes)], hash);
        }
        else
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(token.ToString()), hash);
        }

        var words = MemoryMarshal.Cast<byte, ulong>(hash);
        return new TokenHash(words[0], words[1], words[2], words[3]);
    }
}
