using System.Net;
using k8s.Models;

namespace TenantKit.Kubernetes.Api;

/// <summary>The API server refused, or could not be reached.</summary>
internal sealed class ApiException(HttpStatusCode? code, V1Status? status, string verb, ApiResource resource, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The status code; null when no answer came.</summary>
    public HttpStatusCode? Code { get; } = code;

    /// <summary>The server's own word for it, such as <c>AlreadyExists</c>.</summary>
    public string Reason { get; } = status?.Reason ?? "";

    public IReadOnlyList<V1StatusCause> Causes { get; } = status?.Details?.Causes is { } causes ? [.. causes] : [];

    public string Verb { get; } = verb;

    public ApiResource Resource { get; } = resource;

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when the call may have had its effect although it failed.</summary>
    public bool IsUnknown => Code is null or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout or HttpStatusCode.ServiceUnavailable;

    public bool Is(HttpStatusCode code, string? reason = null) => Code == code && (reason is null || Reason == reason);

    public bool HasCause(string cause) => Causes.Any(known => known.Reason == cause);
}
