using System.Diagnostics;
using TenantKit.Samples.TenantApp.Answers;

namespace TenantKit.Samples.TenantApp.Faults;

/// <summary>Faults on request, for tests of what surrounds the app. Absent unless <c>TenantApp:Faults</c> is true.</summary>
internal static class FaultExtensions
{
    private const string Path = "/api/fault";
    private static readonly TimeSpan SlowBy = TimeSpan.FromSeconds(2);

    public static void AddFaults(this WebApplicationBuilder builder)
    {
        if (IsEnabled(builder.Configuration))
        {
            builder.Services.AddSingleton<FaultState>();
            builder.Services.AddHealthChecks().AddCheck<FaultState>("fault");
        }
    }

    /// <summary>hang holds everything, health too; error and slow spare health and the fault endpoint.</summary>
    public static void UseFaults(this WebApplication app)
    {
        if (!IsEnabled(app.Configuration))
        {
            return;
        }

        var state = app.Services.GetRequiredService<FaultState>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            var spared = context.Request.Path.StartsWithSegments("/healthz") || context.Request.Path.StartsWithSegments(Path);
            switch (state.Mode)
            {
                case "hang":
                    await Task.Delay(state.Left, time, context.RequestAborted).ConfigureAwait(false);
                    break;
                case "slow" when !spared:
                    await Task.Delay(SlowBy, time, context.RequestAborted).ConfigureAwait(false);
                    break;
                case "error" when !spared:
                    await ProblemMiddleware.WriteAsync(context, new Problem(StatusCodes.Status500InternalServerError, "fault", "A fault was asked for.")).ConfigureAwait(false);
                    return;
            }

            await next(context).ConfigureAwait(false);
        });
    }

    public static void MapFaults(this IEndpointRouteBuilder routes, IConfiguration configuration)
    {
        if (IsEnabled(configuration))
        {
            routes.MapPost(Path, (RequestDelegate)HandleAsync);
        }
    }

    private static bool IsEnabled(IConfiguration configuration) => configuration.GetValue<bool>("TenantApp:Faults");

    /// <summary>A crash without seconds is at once and leaves the caller without an answer, as a real one does.</summary>
    private static async Task HandleAsync(HttpContext context)
    {
        var input = await JsonBody.ReadAsync(context, AppJson.Default.FaultInput).ConfigureAwait(false);
        if (input.Seconds is < 1 or > 3600)
        {
            throw ProblemException.Invalid("seconds", "From 1 to 3600.");
        }

        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var duration = TimeSpan.FromSeconds(input.Seconds ?? 30);
        switch (input.Mode)
        {
            case "crash" when input.Seconds is null:
                Crash();
                break;
            case "crash":
                _ = Task.Delay(duration, time).ContinueWith(static _ => Crash(), TaskScheduler.Default);
                break;
            case "hang" or "error" or "slow" or "unhealthy":
                context.RequestServices.GetRequiredService<FaultState>().Set(input.Mode, duration);
                break;
            default:
                throw ProblemException.Invalid("mode", "One of crash, hang, error, slow, unhealthy.");
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static void Crash()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
