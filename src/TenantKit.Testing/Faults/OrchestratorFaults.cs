using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Testing.Faults;

/// <summary>The script of a <see cref="FaultyOrchestrator"/>: which of the next calls fail, and how. Thread-safe.</summary>
public sealed class OrchestratorFaults
{
    private readonly Lock gate = new();
    private readonly Dictionary<OrchestratorCall, Queue<(FaultMoment Moment, Exception Error)>> planned = [];
    private readonly Dictionary<OrchestratorCall, int> calls = [];

    /// <summary>True while the runtime is down: every call fails before it has any effect, apart from watches and logs. What runs goes on.
    /// Watches tell when it is back.</summary>
    /// <value>The default is false.</value>
    public bool IsDown
    {
        get;
        set
        {
            var isBack = field && !value;
            field = value;
            if (isBack)
            {
                IsBack?.Invoke();
            }
        }
    }

    internal event Action? IsBack;

    /// <summary>Lets the next calls of a kind fail, after those planned before.</summary>
    /// <param name="call">The kind.</param>
    /// <param name="moment">When.</param>
    /// <param name="times">How many of them.</param>
    /// <param name="error">With what; null for a transient <see cref="OrchestratorException"/>.</param>
    public void FailNext(OrchestratorCall call, FaultMoment moment, int times = 1, Exception? error = null)
    {
        lock (gate)
        {
            if (!planned.TryGetValue(call, out var queue))
            {
                planned[call] = queue = new Queue<(FaultMoment, Exception)>();
            }

            for (var i = 0; i < times; i++)
            {
                queue.Enqueue((moment, error ?? Unavailable($"Injected: {call} failed ({moment}).")));
            }
        }
    }

    /// <summary>How many calls of a kind were made.</summary>
    /// <param name="call">The kind.</param>
    /// <returns>The number, failed ones included.</returns>
    public int CallsOf(OrchestratorCall call)
    {
        lock (gate)
        {
            return calls.GetValueOrDefault(call);
        }
    }

    internal async Task<T> RunAsync<T>(OrchestratorCall call, Func<Task<T>> effect, CancellationToken cancellationToken)
    {
        (FaultMoment Moment, Exception Error)? fault = null;
        lock (gate)
        {
            calls[call] = calls.GetValueOrDefault(call) + 1;
            if (IsDown)
            {
                throw Unavailable($"Injected: {call} failed, the runtime is down.");
            }

            if (planned.TryGetValue(call, out var queue) && queue.TryDequeue(out var next))
            {
                fault = next;
            }
        }

        if (fault is { Moment: FaultMoment.NeverAnswered })
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        if (fault is { Moment: FaultMoment.BeforeEffect })
        {
            throw fault.Value.Error;
        }

        var result = await effect();
        return fault is { Moment: FaultMoment.AfterEffect } ? throw fault.Value.Error : result;
    }

    private static OrchestratorException Unavailable(string message) => new(StatusReasons.OrchestratorUnavailable, message, isTransient: true);
}
