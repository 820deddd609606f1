using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Http;
using TenantKit.Control;
using TenantKit.Control.Remote;

namespace TenantKit.Admin.Gateways;

/// <summary>Lets gateways in by their token, before anything of the request is read, and turns what goes wrong into problem answers.</summary>
internal sealed partial class GatewayGuard
{
    private const string Prefix = GatewayProtocol.Scheme + " ";
    private readonly GatewayTokens tokens;
    private readonly ILogger<GatewayGuard> logger;

    public GatewayGuard(IOptions<TenantControlOptions> options, ILogger<GatewayGuard> logger)
    {
        this.logger = logger;
        tokens = ControlSecret.Read(options.Value);
    }

    public RequestDelegate Wrap(Func<HttpContext, Task> serve) => async http =>
    {
        SecurityHeaders.Apply(http.Response);
        if (!IsGateway(http.Request))
        {
            LogRefused(http.Connection.RemoteIpAddress);
            http.Response.Headers.WWWAuthenticate = GatewayProtocol.Scheme;
            await ProblemWriter.WriteAsync(http, 401, "gateway_unauthenticated", "The gateway token is missing or is another one. Give this gateway the token of this control plane.").ConfigureAwait(false);
            return;
        }

        try
        {
            await serve(http).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The gateway hung up.
        }
        catch (ApiException problem)
        {
            await ProblemWriter.WriteAsync(http, problem).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            await ProblemWriter.WriteAsync(http, 400, "invalid_json", "The body is not what this call takes.").ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            await ProblemWriter.WriteAsync(http, exception.StatusCode, exception.StatusCode == 413 ? "body_too_large" : "bad_request", "The body is too large or could not be read.").ConfigureAwait(false);
        }
        catch (ControlPlaneUnavailableException exception)
        {
            await ProblemWriter.WriteAsync(http, 503, "control_plane_unavailable", exception.Message, retryAfter: TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        }
    };

    private bool IsGateway(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && tokens.Matches(value[Prefix.Length..]);

    [LoggerMessage(1, LogLevel.Warning, "A call from {Address} to the listener for gateways had no valid gateway token.")]
    private partial void LogRefused(System.Net.IPAddress? address);
}
