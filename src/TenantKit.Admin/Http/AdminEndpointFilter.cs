using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TenantKit.Admin.SignIn;
using TenantKit.Management;
using TenantKit.Orchestration;
using TenantKit.Storage;

namespace TenantKit.Admin.Http;

/// <summary>Wraps every endpoint: headers first, and whatever goes wrong becomes a problem answer.</summary>
/// <remarks>A filter and not a middleware, so that mapping the endpoints is all a host does and its other endpoints stay untouched.</remarks>
internal sealed partial class AdminEndpointFilter(ILogger<AdminEndpointFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        SecurityHeaders.Apply(http.Response);
        try
        {
            var answer = await next(context).ConfigureAwait(false);
            if (answer is IResult result)
            {
                await result.ExecuteAsync(http).ConfigureAwait(false); // here, so that its errors are caught here
                return Results.Empty;
            }

            return answer;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
        catch (Exception exception)
        {
            await ProblemWriter.WriteAsync(http, ToProblem(exception, http)).ConfigureAwait(false);
            return Results.Empty;
        }
    }

    private ApiException ToProblem(Exception exception, HttpContext http)
    {
        switch (exception)
        {
            case ApiException problem:
                return problem;
            case ManagementException refusal:
                return new ApiException(StatusOf(refusal.Kind), refusal.Code, refusal.Message, refusal.Errors);
            case NameTakenException taken:
                return ApiException.Conflict(CodeOf(taken), taken.Message);
            case RevisionConflictException:
                return ApiException.Conflict("write_conflict", "Others kept changing the same resource. Repeat the request.");
            case StoreUnavailableException unavailable:
                LogStoreUnavailable(logger, unavailable);
                var outcome = unavailable.IsUncertain ? "Whether the change was made is not known: look, or repeat the request with the same Idempotency-Key." : "Nothing was changed. Try again soon.";
                return new ApiException(503, "store_unavailable", $"The store cannot serve now. {outcome}", retryAfter: TimeSpan.FromSeconds(5));
            case OrchestratorException { IsTransient: true } runtime:
                return new ApiException(503, runtime.Reason, runtime.Message, retryAfter: TimeSpan.FromSeconds(5));
            case OrchestratorException runtime:
                return new ApiException(409, runtime.Reason, runtime.Message);
            case PasswordWorkFullException:
                return new ApiException(429, "too_busy", "Too many passwords are being checked. Try again soon.", retryAfter: TimeSpan.FromSeconds(2));
            case BadHttpRequestException { StatusCode: 413 }:
                return new ApiException(413, "body_too_large", "The body is larger than allowed.");
            case BadHttpRequestException bad:
                return new ApiException(bad.StatusCode, "bad_request", "The request is not well-formed HTTP.");
            default:
                LogUnexpected(logger, exception, http.Request.Method, http.Request.Path);
                return new ApiException(500, "internal_error", "Something went wrong here. Look for the trace id in the logs.");
        }
    }

    private static int StatusOf(ManagementErrorKind kind) => kind switch
    {
        ManagementErrorKind.NotFound => 404,
        ManagementErrorKind.Conflict => 409,
        ManagementErrorKind.Stale => 412,
        _ => 400,
    };

    private static string CodeOf(NameTakenException taken) => taken.RecordType switch
    {
        "User" => "user_name_taken",
        "Tenant" => ManagementErrors.TenantNameTaken,
        _ => ManagementErrors.TemplateNameTaken,
    };

    [LoggerMessage(LogLevel.Error, "Request {Method} {Path} failed.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(LogLevel.Warning, "The store cannot serve.")]
    private static partial void LogStoreUnavailable(ILogger logger, Exception exception);
}
