namespace TenantKit.Admin.SignIn;

/// <summary>Lets tries for one account run one after the other. Accounts share 256 queues.</summary>
internal sealed class AccountTurns : IDisposable
{
    private readonly SemaphoreSlim[] queues = [.. Enumerable.Range(0, 256).Select(static _ => new SemaphoreSlim(1))];

    public async Task<IDisposable> TakeAsync(string name, CancellationToken cancellationToken)
    {
        var queue = queues[(uint)name.GetHashCode(StringComparison.Ordinal) % queues.Length];
        await queue.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(queue);
    }

    public void Dispose() => Array.ForEach(queues, static queue => queue.Dispose());

    private sealed class Turn(SemaphoreSlim queue) : IDisposable
    {
        public void Dispose() => queue.Release();
    }
}
