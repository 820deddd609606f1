using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using TenantKit.Control;

namespace TenantKit.Gateway.Registration;

/// <summary>Takes in what instances say of themselves and passes it on; whether it is true is for the control plane to check.</summary>
internal sealed class RegistrationEndpoint(IControlClient control, RegistrationLimiter limiter, IOptions<TenantGatewayOptions> options)
{
    private const int MaxBody = 4 * 1024;

    private static readonly GatewayProblem NoToken = new(401, "registration_unauthenticated", "The instance's token is needed.", "Send it as: Authorization: Instance {token}.")
    {
        Header = new("WWW-Authenticate", WireProtocol.InstanceScheme),
    };

    private static readonly GatewayProblem TooOften = new(429, "too_many_registrations", "The instance registers too often.") { RetryAfterSeconds = 1 };
    private static readonly GatewayProblem Unavailable = new(503, "control_plane_unavailable", "The control plane cannot be reached.") { RetryAfterSeconds = 2 };

    public async Task HandleAsync(HttpContext http)
    {
        if (await RegisterAsync(http) is { } problem)
        {
            await ProblemWriter.WriteAsync(http, problem);
            return;
        }

        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var seconds = (int)options.Value.HeartbeatInterval.TotalSeconds;
        await http.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{{\"heartbeatSeconds\":{seconds}}}"), http.RequestAborted);
    }

    private async Task<GatewayProblem?> RegisterAsync(HttpContext http)
    {
        if (ReadToken(http.Request) is not { } token)
        {
            return NoToken;
        }

        var (body, problem) = await ReadBodyAsync(http);
        if (body is null)
        {
            return problem;
        }

        if (body.Validate() is { } invalid)
        {
            return Invalid(invalid);
        }

        if (!limiter.TryTake(body.InstanceId!))
        {
            return TooOften;
        }

        try
        {
            var answer = await control.RegisterInstanceAsync(
                new InstanceRegistration(
                    body.TenantId!, body.InstanceId!, token, (Tenants.InstanceClaim)body.Claim!.Value, body.Port!.Value, body.HealthPath!, http.Connection.RemoteIpAddress?.ToString()),
                http.RequestAborted);
            return Explain(answer);
        }
        catch (ControlPlaneUnavailableException)
        {
            return Unavailable;
        }
    }

    private static string? ReadToken(HttpRequest request)
    {
        const string Scheme = WireProtocol.InstanceScheme + " ";
        return request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && value.Length == Scheme.Length + 64 && value.AsSpan(Scheme.Length).ContainsAnyExcept("0123456789abcdef") is false
            ? value[Scheme.Length..]
            : null;
    }

    private static async Task<(RegistrationBody? Body, GatewayProblem? Problem)> ReadBodyAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            return (null, new GatewayProblem(415, "unsupported_media_type", "The registration must be sent as application/json."));
        }

        var buffer = new byte[MaxBody + 1];
        var length = http.Request.ContentLength > MaxBody
            ? buffer.Length
            : await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > MaxBody)
        {
            return (null, GatewayProblems.BodyTooLarge with { CloseConnection = true });
        }

        try
        {
            return JsonSerializer.Deserialize(buffer.AsSpan(0, length), RegistrationJson.Default.RegistrationBody) is { } body
                ? (body, null)
                : (null, Invalid("The body is null."));
        }
        catch (JsonException exception)
        {
            return (null, Invalid($"The body is not valid at '{exception.Path}'."));
        }
    }

    private static GatewayProblem Invalid(string detail) => new(400, "invalid_registration", "The registration is not valid.", detail);

    private static GatewayProblem? Explain(RegistrationAnswer answer) => answer.Outcome switch
    {
        RegistrationOutcome.Accepted => null,
        RegistrationOutcome.Unauthenticated => new(401, "registration_unauthenticated", "The token is not that instance's.", answer.Message),
        RegistrationOutcome.Mismatch => new(403, "registration_mismatch", "The registration does not fit the instance.", answer.Message),
        RegistrationOutcome.Stale => new(409, "instance_stale", "The instance is no longer current.", answer.Message),
        RegistrationOutcome.TenantDeleted => new(410, "tenant_deleted", "The tenant is deleted.", answer.Message),
        _ => new(503, "instance_not_yet_known", "The instance is not known yet.", answer.Message) { RetryAfterSeconds = 1 },
    };
}
