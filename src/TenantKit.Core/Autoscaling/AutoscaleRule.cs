using System.Collections.Immutable;
using TenantKit.Templates;

namespace TenantKit.Autoscaling;

/// <summary>Decides how many instances a load needs. A pure function.</summary>
/// <remarks>
/// After the public description of Knative's pod autoscaler. (1) Each window asks for its mean load divided by the target, rounded up. (2) When
/// the panic window asks for the threshold times what is ready, a panic begins; it lasts one stable window longer than that. (3) In a panic the
/// larger of both counts, and never less than the most that it asked for before. (4) Outside, no more than half is taken away at once, what
/// was enough within the delay stays, and nothing goes before a whole window was seen. (5) The bounds always hold.
/// </remarks>
internal static class AutoscaleRule
{
    public static (int Count, AutoscaleMemory Memory) Decide(AutoscaleSettings settings, AutoscaleInput input, AutoscaleMemory memory, TimeSpan now)
    {
        var (stable, panic) = (Ask(input.Stable, settings), Ask(input.Panic, settings)); // (1)
        var ready = Math.Max(1, input.Ready);

        var until = panic >= ready * settings.PanicThreshold ? now + settings.StableWindow : memory.PanicUntil; // (2)
        if (until < now)
        {
            until = null;
        }

        int asked;
        var peak = 0;
        if (until is not null)
        {
            asked = peak = Math.Max(Math.Max(stable, panic), memory.PanicUntil is null ? input.Wanted : memory.Peak); // (3)
        }
        else
        {
            asked = Math.Max(stable, input.Wanted / 2); // (4)
        }

        var recent = Remember(memory.Recent, now, asked, settings.ScaleDownDelay);
        asked = Math.Max(asked, recent.Peek().Count);
        if (!input.IsWhole)
        {
            asked = Math.Max(asked, input.Wanted);
        }

        return (Math.Clamp(asked, input.Fewest, input.Most), new AutoscaleMemory(until, peak, recent)); // (5)
    }

    private static int Ask(double load, AutoscaleSettings settings) => (int)Math.Min(1_000_000, Math.Ceiling(load / settings.TargetInFlight));

    /// <summary>Adds to what was enough lately; the first one left is the most within the delay.</summary>
    private static ImmutableQueue<(TimeSpan At, int Count)> Remember(ImmutableQueue<(TimeSpan At, int Count)> recent, TimeSpan now, int count, TimeSpan delay)
    {
        var kept = ImmutableQueue<(TimeSpan At, int Count)>.Empty;
        foreach (var entry in recent)
        {
            if (now - entry.At < delay && entry.Count > count)
            {
                kept = kept.Enqueue(entry);
            }
        }

        return kept.Enqueue((now, count));
    }
}
