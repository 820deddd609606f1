using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace TenantKit.Admin.Http;

/// <summary>Writes refusals as RFC 9457 problem details with a stable <c>code</c>.</summary>
internal static class ProblemWriter
{
    public static Task WriteAsync(HttpContext context, ApiException problem) =>
        WriteAsync(context, problem.Status, problem.Code, problem.Message, problem.Errors, problem.RetryAfter);

    public static Task WriteAsync(
        HttpContext context,
        int status,
        string code,
        string? detail,
        IReadOnlyDictionary<string, string[]>? errors = null,
        TimeSpan? retryAfter = null)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort(); // a cut answer tells the client the truth, a problem in the middle of a body would not
            return Task.CompletedTask;
        }

        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        SecurityHeaders.Apply(response);
        if (retryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        var body = new Dictionary<string, object?>
        {
            ["type"] = "urn:tenantkit:problem:" + code,
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["code"] = code,
            ["traceId"] = System.Diagnostics.Activity.Current?.Id ?? context.TraceIdentifier,
        };
        if (detail is not null)
        {
            body["detail"] = detail;
        }

        if (errors is { Count: > 0 })
        {
            body["errors"] = errors;
        }

        return JsonSerializer.SerializeAsync(response.Body, body, AdminJson.Options, context.RequestAborted);
    }
}
