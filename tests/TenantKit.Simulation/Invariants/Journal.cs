using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Invariants;

/// <summary>What happened, for people and for the run's fingerprint, and what must not have.</summary>
internal sealed class Journal(VirtualWorld world, bool keep)
{
    private const int Kept = 4_000;
    private readonly Queue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    public Violation? First { get; private set; }

    public long Checks { get; private set; }

    /// <summary>Notes something; the text is made only when somebody reads it.</summary>
    public void Note(FormattableString text)
    {
        if (!keep)
        {
            return;
        }

        lines.Enqueue($"{world.Elapsed.TotalSeconds,12:0.000000} {FormattableString.Invariant(text)}");
        if (lines.Count > Kept)
        {
            lines.Dequeue();
        }
    }

    /// <summary>Checks an invariant; the first that fails ends the run.</summary>
    public void Check(bool holds, string invariant, FormattableString detail)
    {
        Checks++;
        if (!holds && First is null)
        {
            var text = FormattableString.Invariant(detail);
            First = new Violation(invariant, text, world.Elapsed, world.Events);
            Note($"VIOLATION of {invariant}: {text}");
        }
    }
}
