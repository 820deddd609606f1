using System.Text.Json.Nodes;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>A refusal in the API's own form.</summary>
internal sealed class ApiError(int code, string reason, string message, params (string Reason, string Message, string Field)[] causes) : Exception(message)
{
    public int Code { get; } = code;

    public TimeSpan? RetryAfter { get; init; }

    public JsonObject ToStatus()
    {
        var status = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = Message, ["reason"] = reason, ["code"] = Code };
        if (causes.Length > 0 || RetryAfter is not null)
        {
            var details = status.Child("details");
            details["causes"] = new JsonArray([.. causes.Select(static cause => (JsonNode)new JsonObject { ["reason"] = cause.Reason, ["message"] = cause.Message, ["field"] = cause.Field })]);
            if (RetryAfter is { } wait)
            {
                details["retryAfterSeconds"] = (int)wait.TotalSeconds;
            }
        }

        return status;
    }

    public static ApiError NotFound(string plural, string name) => new(404, "NotFound", $"{plural} \"{name}\" not found");

    public static ApiError Exists(string plural, string name) => new(409, "AlreadyExists", $"{plural} \"{name}\" already exists");

    public static ApiError Forbidden(string plural, string name, string why) => new(403, "Forbidden", $"{plural} \"{name}\" is forbidden: {why}");

    public static ApiError Invalid(string plural, string name, string why) => new(422, "Invalid", $"{plural} \"{name}\" is invalid: {why}");

    public static ApiError Conflict(string plural, string name, string why) => new(409, "Conflict", $"Operation cannot be fulfilled on {plural} \"{name}\": {why}");
}
