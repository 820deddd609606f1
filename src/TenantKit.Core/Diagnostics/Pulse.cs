namespace TenantKit.Diagnostics;

/// <summary>Wakes everybody who waits. Take <see cref="Next"/> before looking, then look, then wait: no pulse is lost.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Pulse
{
    private TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref source).Task;

    public void Set() =>
        Interlocked.Exchange(ref source, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
