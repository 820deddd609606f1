using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TenantKit.Samples.TenantApp.Answers;

namespace TenantKit.Samples.TenantApp.Store;

/// <summary>Prepares the database beside the server's own start; the app is ready once both are.</summary>
internal sealed partial class DatabaseStartup(AppDatabase database, IDbContextFactory<AppDbContext> contexts, TimeProvider time, ILogger<DatabaseStartup> logger)
    : IHostedService, IHealthCheck
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stop = new();

    /// <summary>Ends the request with 503 while the database is not ready.</summary>
    public void ThrowIfNotReady()
    {
        if (!ready.Task.IsCompletedSuccessfully)
        {
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The tenant's database is not ready yet; try again.");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = Task.Run(() => RunAsync(stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => stop.CancelAsync();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(ready.Task.IsCompletedSuccessfully ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database is not ready."));

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!ready.Task.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                await database.EnsureAsync(cancellationToken).ConfigureAwait(false);
                ready.TrySetResult();
                await WarmAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(exception);
                await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Builds the model and the first query before somebody waits for them.</summary>
    private async Task WarmAsync(CancellationToken cancellationToken)
    {
        var db = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            await db.Orders.AsNoTracking().Include(order => order.Customer).Include(order => order.Lines)
                .OrderBy(order => order.Id).Take(1).ToListAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The database could not be prepared; trying again. Check that the data directory can be written and has space.")]
    private partial void LogFailed(Exception exception);
}
