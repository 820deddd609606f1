using Microsoft.Extensions.Logging;

namespace TenantKit.Storage.MySql.Following;

/// <summary>
/// Looks, some times a second, for what other hosts committed. A revision is given under the lock that the commit holds to its end, so that
/// none becomes visible before all smaller ones are: the newest one that is there says that there is no gap behind it.
/// </summary>
internal sealed partial class ChangePoller(Func<CancellationToken, Task> announceNewest, TimeSpan interval, TimeProvider time, ILogger<ChangePoller> logger)
{
    private readonly CancellationTokenSource stopping = new();
    private Task? polling;
    private int started;

    /// <summary>Begins; again does nothing.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref started, 1) == 0)
        {
            polling = Task.Run(PollAsync);
        }
    }

    public async Task StopAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await (polling ?? Task.CompletedTask).ConfigureAwait(false);
    }

    private async Task PollAsync()
    {
        var failing = false;
        while (true)
        {
            await Task.Delay(interval, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            try
            {
                await announceNewest(stopping.Token).ConfigureAwait(false);
                failing = false;
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Once per outage: it is asked again at once.
                if (!failing)
                {
                    LogFailed(exception);
                }

                failing = true;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of other replicas cannot be seen while the database does not answer; it is asked again all the time.")]
    private partial void LogFailed(Exception exception);
}
