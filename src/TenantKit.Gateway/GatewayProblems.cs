namespace TenantKit.Gateway;

/// <summary>The refusals that more than one step uses, or that clients are promised by name.</summary>
internal static class GatewayProblems
{
    public static GatewayProblem TenantNotFound { get; } = new(404, "tenant_not_found", "There is no such tenant.");

    public static GatewayProblem NotServed { get; } = new(404, "not_found", "There is nothing at this address.");

    public static GatewayProblem SignInEnded { get; } =
        new(401, "invalid_token", "The sign-in is not valid or has ended.", "Sign in again at the admin API and send the new access token.") { Header = new("WWW-Authenticate", "Bearer error=\"invalid_token\"") };

    public static GatewayProblem TenantSuspended { get; } = new(403, "tenant_suspended", "The tenant is suspended.", "Ask an administrator to resume it.");

    public static GatewayProblem NotYourTenant { get; } = new(403, "not_your_tenant", "The tenant is not yours.", "Sign in as one of its users, or use your own tenant's address.");

    public static GatewayProblem NotSynced { get; } = new(503, "not_synced", "The gateway does not know its tenants yet.", "It has just started, or it serves those it knew while it cannot reach the control plane. Try again soon.") { RetryAfterSeconds = 2 };

    public static GatewayProblem CannotAuthenticate { get; } = new(503, "control_plane_unavailable", "Sign-in cannot be checked now.", "The keys of access tokens are not known yet. Try again soon.") { RetryAfterSeconds = 2 };

    public static GatewayProblem TenantAsleep { get; } = new(503, "tenant_asleep", "The tenant is asleep.", "Only a signed-in user's request wakes it.") { RetryAfterSeconds = 10 };

    public static GatewayProblem WakeNotAllowed { get; } = new(503, "tenant_stopped", "The tenant is stopped.", "Requests do not start it. Ask an administrator to.");

    public static GatewayProblem UpstreamFailed { get; } = new(502, "upstream_failed", "The tenant's app failed to answer.");

    public static GatewayProblem UpstreamTimeout { get; } = new(504, "upstream_timeout", "The tenant's app took too long to answer.");

    public static GatewayProblem BodyTooLarge { get; } = new(413, "body_too_large", "The request body is too large.");

    public static GatewayProblem GrpcNotSpoken { get; } = new(415, "grpc_not_spoken", "The tenant's app does not speak gRPC.", "It is reached by HTTP/1.1. Set http.protocol to http2 in its template, and have it listen with HTTP/2.");

    public static GatewayProblem CrossSite { get; } = new(403, "csrf", "The request came from another site.", "A request that is signed by the session cookie and changes something must come from the same origin.");
}
