using TenantKit.Simulation.Faults;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Network;

/// <summary>Carries calls between nodes: with delay, loss and partitions. A call that was sent has its effect whatever becomes of the caller.</summary>
internal sealed class Network(VirtualWorld world, FaultPlan faults, ulong seed)
{
    private static readonly TimeSpan Quick = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(3);
    private readonly SeededRandom random = new(seed ^ 0x9e7);
    private readonly Dictionary<(string, string), TimeSpan> cut = [];

    /// <summary>Cuts the way between two nodes, in both directions, for a time.</summary>
    public void Cut(string one, string other, TimeSpan time)
    {
        cut[(one, other)] = world.Elapsed + time;
        cut[(other, one)] = world.Elapsed + time;
    }

    public void Heal() => cut.Clear();

    public bool IsCut(string from, string to) => cut.TryGetValue((from, to), out var until) && until > world.Elapsed;

    /// <summary>How long a message takes; null when it never arrives.</summary>
    public TimeSpan? Carry(VirtualNode from, VirtualNode to)
    {
        if (IsCut(from.Name, to.Name) || faults.Strikes(FaultKind.NetworkLoss))
        {
            return null;
        }

        return faults.Strikes(FaultKind.NetworkDelay)
            ? faults.LotsOf(FaultKind.NetworkDelay).Between(Slow, TimeSpan.FromSeconds(1.5))
            : random.Between(Quick, Slow);
    }

    /// <summary>Calls something on another node. An answer that does not come in time is an error that says nothing about the effect.</summary>
    public async Task<T> CallAsync<T>(
        VirtualNode from, VirtualNode to, Func<Task<T>> effect, Func<Exception> unanswered, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<T>();
        if (Carry(from, to) is { } there)
        {
            to.Post(() => _ = ServeAsync(from, to, effect, answer), there);
        }

        using var timer = from.CreateTimer(_ => answer.TrySetException(unanswered()), null, timeout, Timeout.InfiniteTimeSpan);
        using var cancelling = cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        return await answer.Task;
    }

    private async Task ServeAsync<T>(VirtualNode from, VirtualNode to, Func<Task<T>> effect, TaskCompletionSource<T> answer)
    {
        T result;
        try
        {
            result = await effect();
        }
        catch (Exception exception)
        {
            if (Carry(to, from) is { } badNews)
            {
                from.Post(() => answer.TrySetException(exception), badNews);
            }

            return;
        }

        if (Carry(to, from) is { } back)
        {
            from.Post(() => answer.TrySetResult(result), back);
        }
    }
}
