using System.Collections.Concurrent;

namespace TenantKit.Docker.Engine;

/// <summary>The containers that this host starts or stops at this moment: the engine does not tell. Thread-safe.</summary>
internal sealed class InstancesInFlight
{
    private readonly ConcurrentDictionary<string, byte> starting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> stopping = new(StringComparer.Ordinal);

    public bool IsStarting(string container) => starting.ContainsKey(container);

    public bool IsStopping(string container) => stopping.ContainsKey(container);

    public void Starting(string container) => starting[container] = 0;

    public void Started(string container) => starting.TryRemove(container, out _);

    /// <summary>The stop of a container: the one under way, or a new one.</summary>
    public Task Stop(string container, Func<Task> stop)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var task = stopping.GetOrAdd(container, mine.Task);
        if (task == mine.Task)
        {
            _ = RunAsync();
        }

        return task;

        async Task RunAsync()
        {
            try
            {
                await stop().ConfigureAwait(false);
                stopping.TryRemove(container, out _);
                mine.SetResult();
            }
            catch (Exception exception)
            {
                stopping.TryRemove(container, out _);
                mine.SetException(exception);
                _ = mine.Task.Exception; // Whoever waits hears of it; when nobody does, the next look shows what is left.
            }
        }
    }
}
