using TenantKit.Diagnostics;
using TenantKit.Gateway.Health;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>Gives an instance that has just become ready less than its share, growing over a window: a cold process is slow, and many requests at once make it slower.</summary>
/// <remarks>
/// Envoy's formula: its part of a full share is max(10 %, time since ready / window). It works with every policy, by leaving the instance out
/// of some choices: of n instances with parts f, one takes part in a choice with probability n·f/Σf, at most 1. Where all are equally new,
/// none is left out.
/// </remarks>
internal sealed class SlowStart(IRandomSource random, TimeProvider time)
{
    private const double Least = 0.1;

    /// <summary>Those that take part in a choice at a timestamp of the clock; the same array while none is new.</summary>
    public InstanceSlot[] Thin(InstanceSlot[] candidates, TimeSpan window, long now)
    {
        if (window <= TimeSpan.Zero)
        {
            return candidates;
        }

        var sum = 0.0;
        var highest = 0.0;
        foreach (var slot in candidates)
        {
            var part = PartOf(slot, now, window);
            sum += part;
            highest = Math.Max(highest, part);
        }

        return sum >= candidates.Length ? candidates : Draw(candidates, now, window, sum, highest);
    }

    // Most often all take part, and nothing is allocated.
    private InstanceSlot[] Draw(InstanceSlot[] candidates, long now, TimeSpan window, double sum, double highest)
    {
        List<InstanceSlot>? drawn = null;
        for (var i = 0; i < candidates.Length; i++)
        {
            var part = PartOf(candidates[i], now, window);
            if (part >= highest || random.NextDouble() < candidates.Length * part / sum)
            {
                drawn?.Add(candidates[i]);
            }
            else if (drawn is null)
            {
                drawn = new List<InstanceSlot>(candidates.Length);
                drawn.AddRange(candidates.AsSpan(0, i));
            }
        }

        return drawn is null ? candidates : [.. drawn];
    }

    private double PartOf(InstanceSlot slot, long now, TimeSpan window) =>
        Math.Clamp(time.GetElapsedTime(slot.ReadyAt, now) / window, Least, 1);
}
