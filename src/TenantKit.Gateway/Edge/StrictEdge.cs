using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using TenantKit.Diagnostics;

namespace TenantKit.Gateway.Edge;

/// <summary>Looks at a request before anything else does: what two readers could read differently is refused, what only the gateway may say is removed.</summary>
/// <remarks>
/// (1) method, (2) host, (3) target, (4) framing, (5) upgrade, (6) the rest of the head, (7) size; then (8) headers that a client may not set,
/// (9) a length for a request without one: a request with neither length nor body would be sent again by the HTTP client when an instance
/// closes its connection before it answers (dotnet/runtime#86714), and a POST must never arrive twice.
/// </remarks>
internal sealed class StrictEdge(IOptions<TenantGatewayOptions> options, IIdSource ids)
{
    private static readonly GatewayProblem MethodNotAllowed = new(405, "method_not_allowed", "The method is not allowed.")
    {
        Header = new("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    };

    private static readonly GatewayProblem BadHost = Bad("bad_host", "The Host header is missing or malformed.");
    private static readonly GatewayProblem BadTarget = Bad("bad_target", "The request target must be a path, in canonical form.");
    private static readonly GatewayProblem AmbiguousFraming = Bad("ambiguous_framing", "The length of the request body is ambiguous.") with { CloseConnection = true };
    private static readonly GatewayProblem BadUpgrade = Bad("unsupported_upgrade", "Only an upgrade to websocket, by GET and without a body, is possible.");
    private static readonly GatewayProblem UnexpectedBody = Bad("unexpected_body", "This method takes no body.") with { CloseConnection = true };
    private static readonly GatewayProblem BadAuthentication = Bad("unsupported_authentication", "Authentication that is bound to a connection is not possible here.");
    private static readonly GatewayProblem BadOrigin = new(403, "bad_origin", "The page that opened the web socket is of another origin.");
    private static readonly GatewayProblem BadExpectation = new(417, "unsupported_expectation", "Only the expectation 100-continue can be met.");
    private static readonly GatewayProblem UnsupportedMedia = new(415, "unsupported_media_type", "gRPC needs HTTP/2 from the client on.", "Call over HTTP/2: with TLS it is agreed upon, without TLS use the listener for it.");

    private readonly long maxBody = options.Value.MaxRequestBodyBytes;

    /// <summary>Admits a request or says why not.</summary>
    public GatewayProblem? Admit(HttpContext http, out RequestTarget target)
    {
        http.TraceIdentifier = ids.NewId();
        var request = http.Request;
        target = default;
        var upgrade = IsUpgrade(http);
        if (!IsKnownMethod(request.Method) && !upgrade.Extended)
        {
            return MethodNotAllowed;
        }

        if (!HostName.IsValid(request))
        {
            return BadHost;
        }

        if (!RequestTarget.TryParse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out target))
        {
            return BadTarget;
        }

        var problem = CheckFraming(request) ?? CheckUpgrade(request, upgrade) ?? CheckHead(request) ?? CheckSize(http);
        if (problem is null)
        {
            ClientHeaders.Clean(request.Headers);
            SetLength(http);
        }

        return problem;
    }

    private static GatewayProblem? CheckFraming(HttpRequest request)
    {
        var chunked = request.Headers.TransferEncoding.Count > 0;

        // Kestrel moves a Content-Length that came beside Transfer-Encoding to X-Content-Length.
        if (chunked && (request.Headers.ContentLength is not null || request.Headers.ContainsKey("X-Content-Length") || HttpProtocol.IsHttp10(request.Protocol)))
        {
            return AmbiguousFraming;
        }

        // Whether the app wants bodies of GET is known when the tenant is.
        return HttpMethods.IsHead(request.Method) && HasBody(request) ? UnexpectedBody : null;
    }

    private static bool HasBody(HttpRequest request) => request.Headers.TransferEncoding.Count > 0 || request.ContentLength > 0;

    private static GatewayProblem? CheckUpgrade(HttpRequest request, (bool Any, bool WebSocket, bool Extended) upgrade)
    {
        if (!upgrade.Any)
        {
            return null;
        }

        if (!upgrade.WebSocket || (!upgrade.Extended && !HttpMethods.IsGet(request.Method)))
        {
            return BadUpgrade;
        }

        if (!upgrade.Extended && HasBody(request))
        {
            return UnexpectedBody;
        }

        return SameOrigin.OriginIsOwnOrAbsent(request) ? null : BadOrigin;
    }

    private static GatewayProblem? CheckHead(HttpRequest request)
    {
        foreach (var value in request.Headers.Expect)
        {
            if (!string.Equals(value, "100-continue", StringComparison.OrdinalIgnoreCase))
            {
                return BadExpectation;
            }
        }

        foreach (var value in request.Headers.Authorization)
        {
            if (value is not null && (value.StartsWith("Negotiate", StringComparison.OrdinalIgnoreCase) || value.StartsWith("NTLM", StringComparison.OrdinalIgnoreCase)))
            {
                return BadAuthentication;
            }
        }

        return GrpcRequest.Is(request) && !HttpProtocol.IsHttp2(request.Protocol) ? UnsupportedMedia : null;
    }

    /// <summary>Says why a request that may enter its tenant is not for its app: what most apps are kept from, a template can let through.</summary>
    public static GatewayProblem? CheckForApp(Exchange exchange)
    {
        var (request, allowed) = (exchange.Http.Request, exchange.Route.Http);
        return !allowed.AllowEncodedSlash && exchange.Target.HasEncodedSlash ? BadTarget
            : !allowed.AllowBodyOnGet && HttpMethods.IsGet(request.Method) && HasBody(request) ? UnexpectedBody
            : null;
    }

    private GatewayProblem? CheckSize(HttpContext http)
    {
        if (http.Request.ContentLength > maxBody)
        {
            return GatewayProblems.BodyTooLarge with { CloseConnection = true };
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBody;
        }

        return null;
    }

    private static void SetLength(HttpContext http)
    {
        var request = http.Request;
        if (request.ContentLength is null
            && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
            && http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            request.ContentLength = 0;
        }
    }

    private static (bool Any, bool WebSocket, bool Extended) IsUpgrade(HttpContext http)
    {
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return (true, string.Equals(connect.Protocol, "websocket", StringComparison.OrdinalIgnoreCase), true);
        }

        var upgrade = http.Request.Headers.Upgrade;
        return (upgrade.Count > 0, upgrade.Count == 1 && string.Equals(upgrade[0], "websocket", StringComparison.OrdinalIgnoreCase), false);
    }

    private static bool IsKnownMethod(string method) => method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS";

    private static GatewayProblem Bad(string code, string title) => new(400, code, title);
}
