namespace TenantKit.Autoscaling;

/// <summary>The load of one tenant over one stable window, in at most some sixty parts however long it is.</summary>
/// <remarks>A gap makes it begin anew: what was not seen must not count as no load. Not thread-safe.</remarks>
internal sealed class LoadHistory(TimeSpan window)
{
    private const int Parts = 60;
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(10);

    private readonly TimeSpan length = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, window.Ticks / Parts));
    private readonly Queue<Part> parts = new();
    private TimeSpan since;
    private TimeSpan last;
    private Part? open;

    /// <summary>True once a whole window was seen.</summary>
    public bool IsWhole => parts.Count > 0 && last - since >= window;

    /// <summary>Adds what was measured at a moment of a clock that never goes back.</summary>
    public void Add(TimeSpan now, double load)
    {
        if (parts.Count == 0 || now - last > LongestGap)
        {
            Clear();
            since = now;
        }

        last = now;
        if (open is null || now - open.Since >= length)
        {
            open = new Part { Since = now };
            parts.Enqueue(open);
        }

        open.Sum += load;
        open.Count++;
        while (parts.Peek().Since + length <= now - window)
        {
            parts.Dequeue();
        }
    }

    /// <summary>The mean over the newest span; over what was seen of it, if that is less. Zero when nothing was.</summary>
    public double Mean(TimeSpan span)
    {
        var (sum, count) = (0.0, 0);
        foreach (var part in parts)
        {
            if (part.Since > last - span)
            {
                sum += part.Sum;
                count += part.Count;
            }
        }

        return count > 0 ? sum / count : open is null ? 0 : open.Sum / open.Count;
    }

    public void Clear()
    {
        parts.Clear();
        open = null;
    }

    private sealed class Part
    {
        public TimeSpan Since { get; init; }

        public double Sum { get; set; }

        public int Count { get; set; }
    }
}
