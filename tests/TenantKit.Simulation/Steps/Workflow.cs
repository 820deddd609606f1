namespace TenantKit.Simulation.Steps;

/// <summary>Something that is asked of the control plane, and what must be so before.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ask">Asks for it, as the replica's code does.</param>
internal sealed record Workflow(string Name, Func<StepWorld, Task> Ask)
{
    /// <summary>What is asked before, one after the other, each to its end and without a crash.</summary>
    public IReadOnlyList<Func<StepWorld, Task>> Before { get; init; } = [];

    public TimeSpan Retention { get; init; }

    /// <summary>How long after the beginning no instance is ready.</summary>
    public TimeSpan ReadyAfter { get; init; }

    public override string ToString() => Name;
}
