using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using TenantKit.Control.Remote;

namespace TenantKit.Gateway.Routing;

/// <summary>A file of records that nobody can read, change, reorder or cut short who has not the key.</summary>
/// <remarks>
/// Format and version in 8 bytes, 32 random bytes, then records: length (4 bytes, little endian), 1 for the last one and 0 for others, the tag (16 bytes),
/// and as many bytes as the length says: the content, compressed (RFC 1951), then encrypted with AES-256-GCM (NIST SP 800-38D).
/// 1. The key is derived from the secret and the file's random bytes (HKDF): each file has a key of its own, so that counting gives nonces that never repeat.
/// 2. The nonce is the record's number and whether it is the last one, as in STREAM ("Online Authenticated-Encryption and its Nonce-Reuse
/// Misuse-Resistance", Hoang, Reyhanitabar, Rogaway and Vizár 2015): so a record that is missing, moved or the end that was cut off shows.
/// </remarks>
internal static class SealedRecords
{
    private const int SaltLength = 32;
    private const int TagLength = 16;
    private const int PrefixLength = 4 + 1 + TagLength;
    private const int MaxRecord = 64 << 20;
    private const string Purpose = "tenantkit route snapshot";

    private static ReadOnlySpan<byte> Format => "TKROUTE1"u8;

    /// <summary>Writes records; the last one must be marked as such.</summary>
    public static void Write(Stream file, GatewayTokens secret, IEnumerable<(byte[] Content, bool IsLast)> records)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        file.Write(Format);
        file.Write(salt);
        using var cipher = new AesGcm(secret.DeriveKeys(Purpose, salt)[0], TagLength);
        var number = 0L;
        foreach (var (content, isLast) in records)
        {
            var plain = Compress(content);
            var record = new byte[PrefixLength + plain.Length];
            BinaryPrimitives.WriteInt32LittleEndian(record, plain.Length);
            record[4] = isLast ? (byte)1 : (byte)0;
            cipher.Encrypt(Nonce(number++, isLast), plain, record.AsSpan(PrefixLength), record.AsSpan(5, TagLength), Format);
            file.Write(record);
        }
    }

    /// <summary>Reads records one by one, down to the last one.</summary>
    /// <exception cref="InvalidDataException">The file is of another format, was changed, cut short, or written with another key.</exception>
    public static IEnumerable<byte[]> Read(Stream file, GatewayTokens secret)
    {
        var head = ReadExactly(file, Format.Length + SaltLength);
        if (!head.AsSpan(0, Format.Length).SequenceEqual(Format))
        {
            throw new InvalidDataException("It is of another format or version.");
        }

        using var cipher = new AesGcm(secret.DeriveKeys(Purpose, head[Format.Length..])[0], TagLength);
        var isLast = false;
        for (var number = 0L; !isLast; number++)
        {
            var prefix = ReadExactly(file, PrefixLength);
            var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            if (length is < 0 or > MaxRecord)
            {
                throw new InvalidDataException("It is damaged.");
            }

            isLast = prefix[4] == 1;
            yield return Decompress(Decrypt(cipher, Nonce(number, isLast), ReadExactly(file, length), prefix.AsSpan(5)));
        }
    }

    private static byte[] Decrypt(AesGcm cipher, byte[] nonce, byte[] content, ReadOnlySpan<byte> tag)
    {
        try
        {
            cipher.Decrypt(nonce, content, tag, content, Format);
            return content;
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new InvalidDataException("It was changed, or written with another key.", exception);
        }
    }

    private static byte[] ReadExactly(Stream file, int length)
    {
        var bytes = new byte[length];
        return file.ReadAtLeast(bytes, length, throwOnEndOfStream: false) == length ? bytes : throw new InvalidDataException("It was cut short.");
    }

    private static byte[] Nonce(long number, bool isLast)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        nonce[^1] = isLast ? (byte)1 : (byte)0;
        return nonce;
    }

    private static byte[] Compress(byte[] content)
    {
        using var packed = new MemoryStream(content.Length / 2);
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Decompress(byte[] packed)
    {
        using var content = new MemoryStream(packed.Length * 3);
        using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        inflate.CopyTo(content);
        return content.ToArray();
    }
}
