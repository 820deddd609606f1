using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway;

/// <summary>One request on its way through the steps; each step adds what it found.</summary>
/// <remarks>Used again for later requests: whoever keeps one beyond its request sees another's.</remarks>
internal sealed class Exchange(HttpContext http, RequestTarget target)
{
    private bool atInstance;
    private bool isCut;

    public HttpContext Http { get; private set; } = http;

    /// <summary>The path as it was sent and will be forwarded; Resolution takes the tenant's prefix off.</summary>
    public RequestTarget Target { get; set; } = target;

    /// <summary>The path as the client sent it.</summary>
    public RequestTarget Sent { get; private set; } = target;

    /// <summary>The prefix that was taken off the path, such as <c>/t/acme</c>; empty when none was.</summary>
    public string Prefix { get; set; } = string.Empty;

    /// <summary>Who asks; null for nobody in particular.</summary>
    public Caller? Caller { get; set; }

    /// <summary>True when the session cookie says so.</summary>
    public bool ByCookie { get; set; }

    /// <summary>The <c>Set-Cookie</c> that binds the session to the instance it was given; null when it needs none.</summary>
    public string? NewAffinity { get; set; }

    /// <summary>True for a gRPC call.</summary>
    public bool IsGrpc { get; set; }

    /// <summary>When it was admitted, as a timestamp of the clock.</summary>
    public long Started { get; set; }

    /// <summary>True when it does no harm twice.</summary>
    public bool Repeatable { get; set; }

    /// <summary>True once it was sent again although an app may have seen it before.</summary>
    public bool Repeated { get; set; }

    /// <summary>True once its second try was taken from the tenant's budget, although the first is not over yet.</summary>
    public bool RetryTaken { get; set; }

    /// <summary>True once bytes of its body were taken from the client.</summary>
    public bool BodyTaken { get; set; }

    /// <summary>The body, kept for a second try; null when there is none or none will be.</summary>
    public RecordedBody? Body { get; set; }

    /// <summary>The instances that have failed it; null while none has.</summary>
    public List<InstanceSlot>? Failed { get; set; }

    /// <summary>The tenant's route as Access saw it. Routing may have moved on since: the steps after it read the registry again.</summary>
    public Route Route { get; set; } = null!;

    /// <summary>True while it is at an instance, or about to be; such ones are cut off when the tenant is locked, waiting ones get their answer.</summary>
    public bool AtInstance { get => Volatile.Read(ref atInstance); set => Volatile.Write(ref atInstance, value); }

    /// <summary>Where it takes its turns as one of a crowd; null when it need not.</summary>
    public BulkLane? Crowd { get; set; }

    /// <summary>True once its connection was ended because it may not go on.</summary>
    public bool IsCut { get => Volatile.Read(ref isCut); set => Volatile.Write(ref isCut, value); }

    /// <summary>The neighbour in <see cref="Activity.OpenRequests"/>.</summary>
    public Exchange? Previous { get; set; }

    /// <summary>The other neighbour.</summary>
    public Exchange? Next { get; set; }

    /// <summary>Begins another request.</summary>
    public void Reset(HttpContext of, RequestTarget at)
    {
        (Http, Target, Sent, Prefix, Caller, ByCookie, NewAffinity, IsGrpc, BodyTaken) = (of, at, at, string.Empty, null, false, null, false, false);
        (Started, Repeatable, Repeated, RetryTaken, Body, Failed, Route) = (0, false, false, false, null, null, null!);
        (AtInstance, IsCut, Crowd) = (false, false, null);
    }
}
