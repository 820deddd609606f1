using TenantKit.Storage;

namespace TenantKit.Simulation.Mutants;

/// <summary>One in twenty changes is never looked at.</summary>
internal sealed class LostWakeUp : Mutant
{
    public override string Name => "lost-wake-up";

    public override string Breaks => "one in twenty changes is never looked at";

    private int count;

    public override IReadOnlyList<ChangeLogEntry> Rewrite(IReadOnlyList<ChangeLogEntry> entries) =>
        entries.Count > 0 && ++count % 20 == 0 && entries.Count > 1 ? [.. entries.Skip(1)] : count % 20 == 1 && entries.Count == 1 ? [entries[0] with { TenantId = "nobody" }] : entries;
}
