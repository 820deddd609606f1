namespace TenantKit.Control.Remote;

/// <summary>The names that a control plane and a gateway on another host share.</summary>
/// <remarks>
/// Every request carries <c>Authorization: Gateway {token}</c>. Calls are JSON in and out, as <see cref="GatewayJson"/> writes it; an answer other
/// than 200 is a problem answer. The feed is a stream of server-sent events, each with JSON of <see cref="RouteCodec"/> as its data:
/// without <see cref="AfterParameter"/> and without <c>Last-Event-ID</c> a list, which is any number of <see cref="ListPart"/> and one
/// <see cref="ListEnd"/>, then the stream ends; with one of them <see cref="Changes"/> after that revision, at first an empty one, until somebody
/// hangs up. Only an event that has an id may be resumed after. A comment at each heartbeat tells that the peer lives.
/// </remarks>
public static class GatewayProtocol
{
    /// <summary>Path of the route feed.</summary>
    public const string RoutesPath = "/internal/v1/control/routes";

    /// <summary>Path of <see cref="IControlClient.WakeAsync"/>.</summary>
    public const string WakePath = "/internal/v1/control/wake";

    /// <summary>Path of <see cref="IControlClient.ReportActivityAsync"/>.</summary>
    public const string ActivityPath = "/internal/v1/control/activity";

    /// <summary>Path of <see cref="IControlClient.RegisterInstanceAsync"/>.</summary>
    public const string RegisterPath = "/internal/v1/control/instances/register";

    /// <summary>Path of <see cref="IControlClient.GetAccessTokenKeysAsync"/>.</summary>
    public const string AccessTokenKeysPath = "/internal/v1/control/access-token-keys";

    /// <summary>Path of <see cref="IControlClient.SignInAsync"/>.</summary>
    public const string SignInPath = "/internal/v1/control/sign-in";

    /// <summary>Scheme of the <c>Authorization</c> header.</summary>
    public const string Scheme = "Gateway";

    /// <summary>Query parameter of the feed: the revision to follow from.</summary>
    public const string AfterParameter = "after";

    /// <summary>Event: a part of a list.</summary>
    public const string ListPart = "list";

    /// <summary>Event: the last part of a list; its revision is the one to follow from.</summary>
    public const string ListEnd = "listed";

    /// <summary>Event: changed routes.</summary>
    public const string Changes = "changes";

    /// <summary>Event: the follower fell behind what is kept, it must list anew. As an answer, the status 410 says the same.</summary>
    public const string Expired = "expired";
}
