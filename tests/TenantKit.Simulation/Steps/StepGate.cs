using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Steps;

/// <summary>Every call that a replica makes outside passes here and is counted; at the fault point the caller's process is gone.</summary>
internal sealed class StepGate(VirtualNode server)
{
    /// <summary>A call takes a time, as it does anywhere: what repeats itself until something has stopped must not stand still.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);

    private readonly List<string> calls = [];
    private FaultPoint? point;
    private bool counts;

    /// <summary>The calls since the workflow began.</summary>
    public IReadOnlyList<string> Calls => calls;

    public bool HasStruck { get; private set; }

    /// <summary>From now on calls count.</summary>
    public void Begin(FaultPoint? faultPoint) => (point, counts) = (faultPoint, true);

    public async Task<T> CallAsync<T>(VirtualNode caller, string what, Func<Task<T>> effect)
    {
        if (!caller.IsAlive)
        {
            return await NeverAsync<T>();
        }

        if (counts)
        {
            calls.Add(what);
        }

        var moment = counts && calls.Count == point?.Call && !HasStruck ? point.Moment : (Moment?)null;
        if (moment == Moment.BeforeSent)
        {
            Crash(caller);
            return await NeverAsync<T>();
        }

        try
        {
            return await server.RunAsync(() => AtServerAsync(caller, effect, moment == Moment.AnswerLost));
        }
        finally
        {
            if (moment == Moment.Answered)
            {
                server.Post(() => Crash(caller));
            }
        }
    }

    private async Task<T> AtServerAsync<T>(VirtualNode caller, Func<Task<T>> effect, bool losesAnswer)
    {
        await Task.Delay(Latency, server);
        try
        {
            return await effect();
        }
        finally
        {
            if (losesAnswer)
            {
                Crash(caller);
            }
        }
    }

    private void Crash(VirtualNode caller)
    {
        HasStruck = true;
        caller.Crash();
    }

    private static Task<T> NeverAsync<T>() => new TaskCompletionSource<T>().Task;
}
