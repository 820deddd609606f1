using System.Diagnostics;
using System.Globalization;
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
        text.Fill('0');
        text[2] = text[35] = text[52] = '-';
        first.TryFormat(text.Slice(3, 16), out _, "x16", CultureInfo.InvariantCulture);
        second.TryFormat(text.Slice(19, 16), out _, "x16", CultureInfo.InvariantCulture);
        StableHash.Mix(first ^ second).TryFormat(text.Slice(36, 16), out _, "x16", CultureInfo.InvariantCulture);
    });
}
