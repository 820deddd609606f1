using System.Diagnostics;
using Microsoft.AspNetCore.Http;

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
    public static string TraceParent() => System.Diagnostics.Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? id
        : $"00-{ActivityTraceId.CreateRandom().ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-00";
}
