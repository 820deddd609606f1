using System.Security.Cryptography;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Agent.Caller;

namespace TenantKit.Agent.Registration;

/// <summary>Tells the gateway that this instance is here and ready, again and again, and says goodbye. Nothing it meets can fail the app.</summary>
/// <remarks>A gateway that restarted knows nothing: it hears from every instance within a heartbeat, or at once from one that was retrying.</remarks>
internal sealed partial class RegistrationWorker(
    RegistrationClient client,
    IdentityKeys keys,
    HealthCheckService health,
    IHostApplicationLifetime lifetime,
    IOptions<TenantAgentOptions> options,
    TimeProvider time,
    ILogger<RegistrationWorker> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UnreadyPoll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RefusedDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource stop = new();
    private Task loop = Task.CompletedTask;
    private int lastStatus = -1;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Value.IsStandAlone)
        {
            LogStandAlone();
        }
        else if (options.Value.RegistrationUrl is null || options.Value.KeyFile is null)
        {
            LogNoRegistration(options.Value.TenantId!, options.Value.InstanceId!);
        }
        else
        {
            lifetime.ApplicationStarted.Register(() => loop = Task.Run(RunAsync));
            lifetime.ApplicationStopping.Register(stop.Cancel);
        }

        return Task.CompletedTask;
    }

    /// <summary>Goodbye comes before the listener closes: the host awaits this first.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.IsStandAlone)
        {
            return;
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await client.SendAsync("draining", GoodbyeTimeout, CancellationToken.None).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => stop.Dispose();

    private async Task RunAsync()
    {
        _ = keys.RefreshAsync(); // so that the first caller need not wait for them
        var failures = 0;
        string? told = null;
        var heartbeatAt = time.GetUtcNow();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var claim = await IsReadyAsync().ConfigureAwait(false) ? "ready" : "unready";
                if (claim != told || time.GetUtcNow() >= heartbeatAt)
                {
                    var result = await client.SendAsync(claim, CallTimeout, stop.Token).ConfigureAwait(false);
                    LogChange(result);
                    failures = result.IsAccepted ? 0 : failures + 1;
                    told = result.IsAccepted ? claim : null;
                    var delay = result.IsAccepted ? result.Heartbeat : result.IsRefused ? RefusedDelay : BackOff(failures);
                    heartbeatAt = time.GetUtcNow() + delay;
                    if (told is null)
                    {
                        await Task.Delay(delay, time, stop.Token).ConfigureAwait(false);
                        continue;
                    }
                }

                var rest = heartbeatAt - time.GetUtcNow();
                var wait = told == "ready" || rest < UnreadyPoll ? rest : UnreadyPoll;
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogUnexpected(exception);
                await Task.Delay(LastRetry, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> IsReadyAsync() =>
        (await health.CheckHealthAsync(stop.Token).ConfigureAwait(false)).Status != HealthStatus.Unhealthy;

    /// <summary>Doubles up to a ceiling, then takes between half and all of it, so that instances do not call in step.</summary>
    private static TimeSpan BackOff(int failures)
    {
        var ceiling = Math.Min(FirstRetry.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 10)), LastRetry.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(ceiling * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000d)));
    }

    private void LogChange(RegistrationResult result)
    {
        if (lastStatus == result.Status)
        {
            return;
        }

        lastStatus = result.Status;
        if (result.IsAccepted)
        {
            LogRegistered(options.Value.TenantId!, options.Value.InstanceId!);
        }
        else
        {
            LogNotRegistered(options.Value.TenantId!, options.Value.InstanceId!, result.Status);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This app is not inside TenantKit: TENANTKIT_TENANT_ID is not set. It runs stand-alone, for development.")]
    private partial void LogStandAlone();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {InstanceId} of {TenantId} does not register: TENANTKIT_REGISTRATION_URL or TENANTKIT_KEY_FILE is not set. Probes alone tell that it is ready.")]
    private partial void LogNoRegistration(string tenantId, string instanceId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Instance {InstanceId} of {TenantId} is registered.")]
    private partial void LogRegistered(string tenantId, string instanceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {InstanceId} of {TenantId} is not registered (status {Status}, 0 = no answer); it serves on and tries again.")]
    private partial void LogNotRegistered(string tenantId, string instanceId, int status);

    [LoggerMessage(Level = LogLevel.Error, Message = "The registration loop met something unexpected; it goes on.")]
    private partial void LogUnexpected(Exception exception);
}
