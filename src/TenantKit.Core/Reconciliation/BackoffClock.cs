using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>
/// What is left of each tenant's back-off. The stored moment of the next try is a reading of a wall clock, and that clock may jump: it is
/// turned into a span when it is first seen, and the span runs down on the monotonic clock.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class BackoffClock(TimeProvider time, IOptions<TenantKitOptions> options)
{
    private readonly ConcurrentDictionary<string, Wait> waits = new(StringComparer.Ordinal);

    /// <summary>What is left until the next try; null when nothing is waited out.</summary>
    public TimeSpan? Left(TenantStatus status)
    {
        if (status.RetryAt is not { } retryAt)
        {
            Forget(status.TenantId);
            return null;
        }

        if (!waits.TryGetValue(status.TenantId, out var wait) || wait.RetryAt != retryAt)
        {
            waits[status.TenantId] = wait = new Wait(retryAt, SpanUntil(retryAt), time.GetTimestamp(), status.Reason == StatusReasons.OrchestratorUnavailable);
        }

        var left = wait.Span - time.GetElapsedTime(wait.Since);
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>Starts to wait, now that the status is made: a clock that jumps before the next look changes nothing.</summary>
    public void Note(TenantStatus status) => Left(status);

    /// <summary>The runtime answers again: nobody waits for it any longer.</summary>
    /// <returns>The tenants whose wait ended with this.</returns>
    public IReadOnlyList<string> EndSilence()
    {
        List<string> ended = [];
        foreach (var (tenantId, wait) in waits)
        {
            if (wait is { IsForRuntime: true, Span.Ticks: > 0 } && waits.TryUpdate(tenantId, wait with { Span = TimeSpan.Zero, IsAnswered = true }, wait))
            {
                ended.Add(tenantId);
            }
        }

        return ended;
    }

    /// <summary>True when the wait ended because the runtime answered: what fails now fails for the first time.</summary>
    public bool IsAnswered(string tenantId) => waits.TryGetValue(tenantId, out var wait) && wait.IsAnswered;

    /// <summary>Another replica waits for it now, or nobody does.</summary>
    public void Forget(string tenantId) => waits.TryRemove(tenantId, out _);

    /// <summary>A try that is due later than any back-off lasts was set by a clock that was wrong: it is not waited for.</summary>
    private TimeSpan SpanUntil(DateTimeOffset retryAt)
    {
        var span = retryAt - time.GetUtcNow();
        return span > options.Value.MaxBackoff ? TimeSpan.Zero : span;
    }

    private readonly record struct Wait(DateTimeOffset RetryAt, TimeSpan Span, long Since, bool IsForRuntime, bool IsAnswered = false);
}
