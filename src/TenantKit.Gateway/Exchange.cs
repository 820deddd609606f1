using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Edge;
using TenantKit.Routing;

namespace TenantKit.Gateway;

/// <summary>One request on its way through the steps; each step adds what it found.</summary>
internal sealed class Exchange(HttpContext http, RequestTarget target)
{
    public HttpContext Http { get; } = http;

    /// <summary>The path as it was sent and will be forwarded; Resolution takes the tenant's prefix off.</summary>
    public RequestTarget Target { get; set; } = target;

    /// <summary>The prefix that was taken off the path, such as <c>/t/acme</c>; empty when none was.</summary>
    public string Prefix { get; set; } = string.Empty;

    /// <summary>Who asks; null for nobody in particular.</summary>
    public Caller? Caller { get; set; }

    /// <summary>The <c>Set-Cookie</c> that binds the session to the instance it was given; null when it needs none.</summary>
    public string? NewAffinity { get; set; }

    /// <summary>The tenant's route as Access saw it. Routing may have moved on since: the steps after it read the registry again.</summary>
    public Route Route { get; set; } = null!;
}
