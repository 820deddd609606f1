using System.Runtime.CompilerServices;

namespace TenantKit.Kubernetes.Watching;

/// <summary>The lines of a watch, each within a bound of time after the one before.</summary>
internal sealed class WatchStream : IDisposable
{
    private readonly CancellationTokenSource stalled;
    private readonly CancellationTokenSource linked;
    private readonly CancellationToken stopping;
    private readonly TimeSpan bound;

    public WatchStream(TimeSpan bound, TimeProvider time, CancellationToken stopping)
    {
        (this.bound, this.stopping) = (bound, stopping);
        stalled = new CancellationTokenSource(bound, time);
        linked = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, stopping);
    }

    /// <exception cref="TimeoutException">No line came within the bound.</exception>
    public async IAsyncEnumerable<WatchLine> ReadAsync(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stopping));
        while (await NextAsync(reader) is { } line)
        {
            stalled.CancelAfter(bound);
            if (line.Length > 0)
            {
                using var parsed = WatchLine.Parse(line);
                yield return parsed;
            }
        }
    }

    public void Dispose()
    {
        linked.Dispose();
        stalled.Dispose();
    }

    private async Task<string?> NextAsync(StreamReader reader)
    {
        try
        {
            return await reader.ReadLineAsync(linked.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new TimeoutException("The watch is silent.");
        }
    }
}
