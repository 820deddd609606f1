using System.Globalization;
using System.Security.Cryptography;
using TenantKit.LoadChecks.App;

namespace TenantKit.LoadChecks.Load;

/// <summary>One request of the load, made from its number and the seed alone.</summary>
internal sealed class Call
{
    private const int LeastBody = 512;
    private const int MostBody = 16 << 10;

    private readonly string expected;

    public Call(int number, int seed, string host, string token)
    {
        var random = new Random(HashCode.Combine(number, seed));
        Number = number;
        Kind = random.Next(100) switch { < 45 => CallKind.Get, < 50 => CallKind.Head, < 65 => CallKind.Put, < 80 => CallKind.KeyedPost, _ => CallKind.PlainPost };
        byte[]? body = null;
        if (Kind is not (CallKind.Get or CallKind.Head))
        {
            random.NextBytes(body = new byte[random.Next(LeastBody, MostBody)]);
        }

        var method = Kind switch { CallKind.Get => "GET", CallKind.Head => "HEAD", CallKind.Put => "PUT", _ => "POST" };
        var more = string.Create(CultureInfo.InvariantCulture, $"{LedgerApp.NumberHeader}: {number}\r\n")
            + (Kind == CallKind.KeyedPost ? string.Create(CultureInfo.InvariantCulture, $"Idempotency-Key: key-{seed}-{number}\r\n") : string.Empty);
        Bytes = RequestBytes.Make(method, "/item", host, token, body, more);
        expected = Kind == CallKind.Head ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{number} {Convert.ToHexStringLower(SHA256.HashData(body ?? []))} ");
    }

    public int Number { get; }

    public CallKind Kind { get; }

    public byte[] Bytes { get; }

    /// <summary>True when it does no harm twice.</summary>
    public bool IsIdempotent => Kind != CallKind.PlainPost;

    /// <summary>True when it is this request's own answer, made of the whole body.</summary>
    public bool IsAnsweredBy(Answer answer) => answer.Status == 200 && answer.Body.StartsWith(expected, StringComparison.Ordinal);
}
