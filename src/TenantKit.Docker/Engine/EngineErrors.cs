using System.Net;
using System.Net.Sockets;
using Docker.DotNet;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>Says in TenantKit's words what the engine answered: one table, tested row by row.</summary>
internal static class EngineErrors
{
    /// <summary>True for what is the engine's; a call that took too long is, one that its caller gave up is not.</summary>
    public static bool IsOne(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException ? !cancellationToken.IsCancellationRequested : IsOne(exception);

    public static bool IsOne(Exception exception) =>
        exception is DockerApiException or HttpRequestException or IOException or SocketException or TimeoutException or InvalidOperationException { Source: "Docker.DotNet" };

    public static bool IsNotFound(Exception exception) => exception is DockerApiException { StatusCode: HttpStatusCode.NotFound };

    public static bool IsConflict(Exception exception) => exception is DockerApiException { StatusCode: HttpStatusCode.Conflict };

    /// <summary>The network range is taken by a network that this engine's machine has.</summary>
    public static bool IsOverlap(Exception exception) =>
        exception is DockerApiException api && Says(api, "overlaps", "conflicts with network");

    public static bool IsFull(DockerApiException exception) => Says(exception, "no space left", "disk quota exceeded");

    /// <summary>Nothing can be written into the unit's volume any more, not even the key of a new instance.</summary>
    public static OrchestratorException VolumeFull(UnitRef unit, DockerApiException exception) => new(
        StatusReasons.StorageFull,
        $"The volume of '{unit.Name}' is full ({Text(exception)}). Give the tenant more storage, or make room in its data or on the engine's disk; until then nothing of it starts.",
        isTransient: true,
        exception);

    public static OrchestratorException Explain(string what, Exception exception) => exception switch
    {
        DockerApiException { StatusCode: HttpStatusCode.NotFound } api when Says(api, "no such image", "manifest unknown", "repository does not exist", "pull access denied") =>
            new(StatusReasons.ImageNotFound, $"{what}: the engine does not have the image ({Text(api)}). Build or pull it there, or correct the template.", isTransient: false, exception),
        DockerApiException api when Says(api, "executable file not found", "no such file or directory: unknown", "permission denied: unknown", "exec format error") =>
            new(StatusReasons.CommandNotFound, $"{what}: the command cannot be started ({Text(api)}). Correct the template's command, or its image.", isTransient: false, exception),
        DockerApiException api when Says(api, "no space left", "non-overlapping ipv4", "no available ip", "port is already allocated", "address pool", "too many open files", "cannot allocate memory") =>
            new(StatusReasons.CapacityExhausted, $"{what}: the engine has no room left ({Text(api)}). Free some, or widen TenantKit:Docker:Subnets.", isTransient: true, exception),
        DockerApiException { StatusCode: HttpStatusCode.Conflict } api when Says(api, "already in use", "already exists") =>
            new(StatusReasons.NameConflict, $"{what}: an object of that name exists already ({Text(api)}).", isTransient: true, exception),
        DockerApiException { StatusCode: HttpStatusCode.BadRequest } api when !Says(api, "is ambiguous", "matches found") =>
            new(StatusReasons.OrchestratorUnavailable, $"{what}: the engine refuses it ({Text(api)}).", isTransient: false, exception),
        DockerApiException api =>
            new(StatusReasons.OrchestratorUnavailable, $"{what}: the engine answered {(int)api.StatusCode} ({Text(api)}).", isTransient: true, exception),
        OperationCanceledException => new(
            StatusReasons.OrchestratorUnavailable,
            $"{what}: the engine did not answer within {DockerOptions.SectionName}:{nameof(DockerOptions.CallTimeout)}. It may be overloaded; what it did is looked at before anything else is done.",
            isTransient: true,
            exception),
        _ => new(
            StatusReasons.OrchestratorUnavailable,
            $"{what}: the engine does not answer ({exception.Message}). See that it runs, and that TenantKit:Docker:Endpoint (or DOCKER_HOST) names its socket and this user may use it.",
            isTransient: true,
            exception),
    };

    private static bool Says(DockerApiException exception, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (exception.ResponseBody?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static string Text(DockerApiException exception)
    {
        var text = (exception.ResponseBody ?? "").Trim();
        const string Head = "{\"message\":\"";
        text = text.StartsWith(Head, StringComparison.Ordinal) ? text[Head.Length..].TrimEnd('}', '"') : text;
        return text.Length <= 300 ? text : text[..300];
    }
}
