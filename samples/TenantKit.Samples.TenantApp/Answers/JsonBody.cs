using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TenantKit.Samples.TenantApp.Answers;

/// <summary>Reads a strict JSON body.</summary>
internal static class JsonBody
{
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "not_json", "Send application/json.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
                ?? throw new ProblemException(StatusCodes.Status400BadRequest, "bad_json", "The body must be an object.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            var path = (exception as JsonException)?.Path;
            throw new ProblemException(new Problem(
                StatusCodes.Status400BadRequest,
                "bad_json",
                "The body is not the JSON that is expected here: unknown members, wrong types and broken text are refused.",
                path is null ? null : new Dictionary<string, string[]> { [path] = ["This member is unknown or of the wrong type."] }));
        }
    }
}
