using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Health;

/// <summary>Lets clients go before the listeners close: the host awaits this first when it stops, and everything still works meanwhile.</summary>
/// <remarks>
/// A server that closes a connection that it believes idle may close it under a request that is just being sent; of a POST without a key nobody knows
/// then whether it was carried out. So each connection is ended by the answer to a request (HTTP/1.1 <c>Connection: close</c>, HTTP/2 GOAWAY), which no
/// client can miss. Connections that were silent for the whole delay are closed as before.
/// </remarks>
internal sealed partial class GatewayStop(IOptions<TenantGatewayOptions> options, TimeProvider time, ILogger<GatewayStop> logger) : IHostedLifecycleService
{
    private volatile bool hasBegun;

    /// <summary>True once the host was told to stop.</summary>
    public bool HasBegun => hasBegun;

    /// <summary>Ends the request's connection with its answer when the host stops.</summary>
    public void LetGo(HttpContext http)
    {
        if (hasBegun)
        {
            http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        hasBegun = true;
        var delay = options.Value.StopDelay;
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        LogStopping(delay);
        try
        {
            await Task.Delay(delay, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host's own time is over.
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "The gateway stops in {Delay}: it is not ready any more and ends connections with their next answer.")]
    private partial void LogStopping(TimeSpan delay);
}
