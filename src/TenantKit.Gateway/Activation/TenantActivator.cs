using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TenantKit.Control;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway.Activation;

/// <summary>Gets a tenant ready, once for all who wait for it.</summary>
/// <remarks>
/// (1) Ready is when the route is active and the gateway's own probe of an instance has passed; nothing else counts.
/// (2) While the route is asleep, a wake is asked for until it is acknowledged, and again, ever more rarely, while it stays asleep: the control
/// plane may have decided to sleep after it acknowledged the first. (3) A tenant that cannot start is asked for one more try, and whoever
/// waits is told at once. (4) Between these, nothing is polled: changes of the route or of its instances signal the flight.
/// </remarks>
internal sealed partial class TenantActivator(
    IRouteRegistry registry, FleetTable fleets, IControlClient control, GatewayName gateway, TimeProvider time, GatewayMetrics metrics, ILogger<TenantActivator> logger)
{
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRepeat = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FailedPause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, ActivationFlight> flights = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> failedAsked = new(StringComparer.Ordinal);

    /// <summary>Waits until the tenant takes requests or cannot.</summary>
    public async Task<ActivationOutcome> WaitAsync(string tenantId, string principalId, TimeSpan longest, CancellationToken cancellationToken)
    {
        var flight = Join(tenantId, principalId);
        try
        {
            return await flight.WaitAsync(longest, time, cancellationToken);
        }
        finally
        {
            flight.Leave();
        }
    }

    /// <summary>Gets it going for somebody who will ask again instead of waiting.</summary>
    public void Nudge(string tenantId, string principalId, TimeSpan longest)
    {
        if (!flights.ContainsKey(tenantId))
        {
            _ = WaitAsync(tenantId, principalId, longest, CancellationToken.None);
        }
    }

    /// <summary>What the control plane said when the tenant was asked for, as far as it still holds; nothing when nobody waits for it.</summary>
    public StartOutlook GetOutlook(string tenantId) =>
        flights.TryGetValue(tenantId, out var flight) && flight.Answer is { } answer
            ? new StartOutlook(answer.Position, answer.ReadyAt is { } at ? time.GetElapsedTime(time.GetTimestamp(), at) : null)
            : default;

    /// <summary>Says that the tenant's route or instances changed.</summary>
    public void Notify(string tenantId)
    {
        if (!failedAsked.IsEmpty && (!registry.TryGetById(tenantId, out var route) || route.State != RouteState.Failed))
        {
            failedAsked.TryRemove(tenantId, out _);
        }

        if (flights.TryGetValue(tenantId, out var flight))
        {
            flight.Signal.Set();
        }
    }

    private ActivationFlight Join(string tenantId, string principalId)
    {
        while (true)
        {
            var flight = flights.GetOrAdd(tenantId, static (id, principal) => new ActivationFlight(id, principal), principalId);
            if (!flight.TryJoin())
            {
                flights.TryRemove(KeyValuePair.Create(tenantId, flight));
                continue;
            }

            if (flight.ClaimStart())
            {
                _ = RunAsync(flight);
            }

            return flight;
        }
    }

    private async Task RunAsync(ActivationFlight flight)
    {
        try
        {
            flight.Complete(await DriveAsync(flight));
        }
        catch (OperationCanceledException) when (flight.Abandoned.IsCancellationRequested)
        {
            // Nobody waits any more; whoever comes next starts anew.
        }
        catch (Exception exception)
        {
            LogBroke(flight.TenantId, exception);
            flight.Complete(ActivationOutcome.TimedOut);
        }
        finally
        {
            flights.TryRemove(KeyValuePair.Create(flight.TenantId, flight));
        }
    }

    private async Task<ActivationOutcome> DriveAsync(ActivationFlight flight)
    {
        var repeat = FirstRepeat;
        var wakeAt = time.GetTimestamp();
        while (true)
        {
            var wait = Timeout.InfiniteTimeSpan;
            if (!registry.TryGetById(flight.TenantId, out var route) || route.State == RouteState.Gone)
            {
                return ActivationOutcome.Gone;
            }

            switch (route.State)
            {
                case RouteState.Suspended:
                    return ActivationOutcome.Suspended;
                case RouteState.Active when fleets.TryGet(flight.TenantId, out var fleet) && fleet.Available.Length > 0:
                    return ActivationOutcome.Ready;
                case RouteState.Active:
                    (repeat, wakeAt) = (FirstRepeat, time.GetTimestamp());
                    break;
                case RouteState.Failed:
                    return await AskAgainAsync(flight);
                case RouteState.Asleep when !route.WakeOnRequest:
                    return ActivationOutcome.NotAllowed;
                case RouteState.Asleep when time.GetTimestamp() >= wakeAt:
                    var (final, acknowledged) = await WakeAsync(flight);
                    if (final is { } outcome)
                    {
                        return outcome;
                    }

                    wait = acknowledged ? repeat : RetryPause;
                    wakeAt = time.GetTimestamp() + ToTicks(wait);
                    repeat = acknowledged && repeat < LongestRepeat ? repeat * 2 : repeat;
                    break;
                default:
                    wait = time.GetElapsedTime(time.GetTimestamp(), wakeAt);
                    break;
            }

            await flight.Signal.WaitAsync(wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : wait, time, flight.Abandoned);
        }
    }

    private async Task<ActivationOutcome> AskAgainAsync(ActivationFlight flight)
    {
        var now = time.GetTimestamp();
        if (!failedAsked.TryGetValue(flight.TenantId, out var last) || time.GetElapsedTime(last, now) >= FailedPause)
        {
            failedAsked[flight.TenantId] = now;
            var (final, _) = await WakeAsync(flight);
            return final ?? ActivationOutcome.Failed;
        }

        return ActivationOutcome.Failed;
    }

    private async Task<(ActivationOutcome? Final, bool Acknowledged)> WakeAsync(ActivationFlight flight)
    {
        try
        {
            metrics.Woke();
            var answer = await control.WakeAsync(new WakeRequest(flight.TenantId, flight.PrincipalId, gateway.Value), flight.Abandoned);
            flight.Answer = new StartAnswer(answer.QueuePosition, answer.ExpectedWait is { } expected ? time.GetTimestamp() + ToTicks(expected) : null);
            return answer.Outcome switch
            {
                WakeOutcome.Accepted => (null, true),
                WakeOutcome.Suspended => (ActivationOutcome.Suspended, true),
                WakeOutcome.NotAllowed => (ActivationOutcome.NotAllowed, true),
                _ => (ActivationOutcome.Gone, true),
            };
        }
        catch (ControlPlaneUnavailableException exception)
        {
            LogWakeFailed(flight.TenantId, exception);
            return (null, false);
        }
    }

    private long ToTicks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    [LoggerMessage(1, LogLevel.Warning, "Tenant {TenantId} could not be woken, the control plane is not available; it is asked again while somebody waits.")]
    private partial void LogWakeFailed(string tenantId, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Waiting for tenant {TenantId} broke.")]
    private partial void LogBroke(string tenantId, Exception exception);
}
