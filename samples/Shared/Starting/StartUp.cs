using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Serilog;
using TenantKit.Orchestration;
using TenantKit.Storage;

namespace TenantKit.Samples.Starting;

/// <summary>Runs the host and turns what stops it into an exit code: 0 after a clean stop, 1 with reasons and no stack trace when it could not start.</summary>
internal static class StartUp
{
    public static async Task<int> GuardAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } problems)
        {
            await Console.Error.WriteLineAsync("TenantKit cannot start:");
            foreach (var problem in problems)
            {
                await Console.Error.WriteLineAsync($"  - {problem}");
            }

            return 1;
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }

    /// <summary>Runs one host until Ctrl-C or SIGTERM. What would go wrong is found out before anything is started.</summary>
    public static async Task RunAsync(WebApplication app, Action greet)
    {
        app.Services.GetService<IStartupValidator>()?.Validate();
        app.Services.GetService<DataDirectoryLock>()?.Acquire();
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return; // Told to stop while it was starting.
        }

        greet();
        await app.WaitForShutdownAsync();
    }

    /// <summary>The reasons, when they are the environment's; null for an error of the program, whose stack trace is wanted.</summary>
    private static IReadOnlyList<string>? Explain(Exception exception) => exception switch
    {
        StartUpException own => own.Problems,
        OptionsValidationException settings => [.. settings.Failures],
        StoreUnavailableException or OrchestratorException or PlatformNotSupportedException => [exception.Message],
        IOException { InnerException: AddressInUseException } => [exception.Message],
        InvalidOperationException when exception.Message.Contains("TenantKit:", StringComparison.Ordinal) => [exception.Message],
        InvalidOperationException { InnerException: FormatException or ArgumentException } => [exception.Message],
        AggregateException { InnerExceptions: var all } when all.Select(Explain).ToList() is var reasons && !reasons.Contains(null) =>
            [.. reasons.SelectMany(static own => own!).Distinct(StringComparer.Ordinal)],
        _ => null,
    };
}
