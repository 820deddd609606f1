using System.Security.Cryptography;

namespace TenantKit.Diagnostics;

/// <summary>Monotonic ULIDs, as <see href="https://github.com/ulid/spec">the ULID specification</see> describes them: 48 bits of time, 80 of randomness, one more within the same millisecond.</summary>
internal sealed class UlidSource(TimeProvider time) : IIdSource
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private readonly Lock gate = new();
    private long lastMilliseconds = -1;
    private UInt128 lastRandom;

    public string NewId()
    {
        UInt128 value;
        lock (gate)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (now > lastMilliseconds)
            {
                Span<byte> bytes = stackalloc byte[16];
                RandomNumberGenerator.Fill(bytes[6..]);
                bytes[6] &= 0x7F; // room to count up within one millisecond
                lastRandom = new UInt128((ulong)((bytes[6] << 8) | bytes[7]), BitConverter.ToUInt64(bytes[8..]));
                lastMilliseconds = now;
            }
            else
            {
                lastRandom++;
            }

            value = ((UInt128)(ulong)lastMilliseconds << 80) | lastRandom;
        }

        return string.Create(26, value, static (span, number) =>
        {
            for (var i = 25; i >= 0; i--)
            {
                span[i] = Alphabet[(int)(number & 31)];
                number >>= 5;
            }
        });
    }
}
