using System.Security.Cryptography;

namespace TenantKit.Diagnostics;

/// <summary>Monotonic ULIDs, as <see href="https://github.com/ulid/spec">the ULID specification</see> describes them: 48 bits of time, 80 of randomness, one more within the same millisecond.</summary>
/// <remarks>Randomness is asked for in advance, for many milliseconds at once: each call takes microseconds.</remarks>
internal sealed class UlidSource(TimeProvider time) : IIdSource
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int RandomBytes = 10;

    private readonly Lock gate = new();
    private readonly byte[] random = new byte[RandomBytes * 64];
    private int used = RandomBytes * 64;
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
                var bytes = TakeRandom();
                lastRandom = new UInt128((ulong)(((bytes[0] & 0x7F) << 8) | bytes[1]), BitConverter.ToUInt64(bytes[2..])); // room to count up within one millisecond
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

    private ReadOnlySpan<byte> TakeRandom()
    {
        if (used == random.Length)
        {
            RandomNumberGenerator.Fill(random);
            used = 0;
        }

        used += RandomBytes;
        return random.AsSpan(used - RandomBytes, RandomBytes);
    }
}
