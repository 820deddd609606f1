using System.Text.Json;

namespace TenantKit.Admin.Http;

/// <summary>Says what is wrong with a JSON body without naming types of the implementation.</summary>
internal static class JsonProblem
{
    public static ApiException Of(JsonException exception)
    {
        var field = exception.Path is { } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
        if (exception.Message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            return Wrong("unknown_member", field, $"The member '{field}' is not known. Remove it.");
        }

        if (exception.Message.Contains("uplicate propert", StringComparison.Ordinal))
        {
            return Wrong("invalid_json", field, "A member occurs twice.");
        }

        // The reader's own exception means broken syntax, the serializer's a value of the wrong kind.
        var isSyntax = exception.GetType() != typeof(JsonException) || exception.InnerException is JsonException;
        return isSyntax || field is null
            ? new ApiException(400, "invalid_json", "The body is not one well-formed JSON object (at most 32 levels deep).")
            : Wrong("validation_failed", field, $"The value of '{field}' has the wrong type or is not one of the known values.");
    }

    private static ApiException Wrong(string code, string? field, string problem) =>
        new(400, code, problem, field is null ? null : new Dictionary<string, string[]> { [field] = [problem] });
}
