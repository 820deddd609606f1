using System.Diagnostics;

namespace TenantKit.LoadChecks.Load;

/// <summary>Lets so many pass in a second, evenly, whoever asks.</summary>
internal sealed class Pace(double perSecond)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private long given = -1;

    /// <summary>Forgets the places that nobody took while nothing was sent.</summary>
    public void Restart()
    {
        Volatile.Write(ref given, -1);
        watch.Restart();
    }

    /// <summary>Waits for the next place.</summary>
    public async Task NextAsync()
    {
        var wait = TimeSpan.FromSeconds(Interlocked.Increment(ref given) / perSecond) - watch.Elapsed;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait);
        }
    }
}
