using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace TenantKit.Samples.TenantApp.Answers;

/// <summary>Every error leaves as a problem; what is unexpected says nothing of the inside.</summary>
internal static partial class ProblemMiddleware
{
    public static void UseProblems(this WebApplication app)
    {
        var logger = app.Logger;
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context).ConfigureAwait(false);
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody is there to read an answer.
            }
            catch (Exception exception) when (!context.Response.HasStarted)
            {
                var problem = ToProblem(exception);
                if (problem.Status >= 500)
                {
                    LogFailed(logger, exception, context.Request.Path);
                }

                context.Response.Clear();
                await WriteAsync(context, problem).ConfigureAwait(false);
            }
        });
    }

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(problem, AppJson.Default.Problem, "application/problem+json");
    }

    private static Problem ToProblem(Exception exception) => exception switch
    {
        ProblemException known => known.Problem,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(413, "body_too_large", "The body is too large: at most 1 MiB."),
        BadHttpRequestException bad => new(bad.StatusCode, "bad_request", "The request could not be read."),
        SqliteException or DbUpdateException => new(503, "database_unavailable", "The tenant's database cannot answer now; try again."),
        _ => new(500, "unexpected", "Something unexpected happened."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "The request for {Path} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, PathString path);
}
