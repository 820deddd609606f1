using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.LoadBalancing;

namespace TenantKit.Gateway.Edge;

/// <summary>The names under which a request is found again: its id for people, its trace for tools.</summary>
internal static class RequestTrace
{
    public const string RequestIdHeader = "X-Request-Id";

    /// <summary>The id of this request; Kestrel's own until the edge has set one.</summary>
    public static string RequestId(HttpContext http) => http.TraceIdentifier;

    /// <summary>The trace of this request, for problem answers.</summary>
    public static string TraceId(HttpContext http) => System.Diagnostics.Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    /// <summary>The value of <c>traceparent</c> for the app: the running activity, or a new trace when nobody listens.</summary>
    public static string TraceParent(HttpContext http) => System.Diagnostics.Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? id
        : NewTrace(http.TraceIdentifier);

    // "00-", 16 bytes of trace, "-", 8 bytes of span, "-00", all made from the request's id, which is unique and random already.
    private static string NewTrace(string requestId) => string.Create(55, requestId, static (text, id) =>
    {
        var half = id.Length / 2;
        var (first, second) = (StableHash.Of(id.AsSpan(0, half)), StableHash.Of(id.AsSpan(half)));
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, first);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], second);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], StableHash.Mix(first ^ second));
        "00-".CopyTo(text);
        Convert.TryToHexStringLower(bytes[..16], text[3..], out _);
        text[35] = '-';
        Convert.TryToHexStringLower(bytes[16..], text[36..], out _);
        "-00".CopyTo(text[52..]);
    });
}
