namespace TenantKit.Testing.Contracts;

/// <summary>The apps that the orchestrator suites run. A harness says how its runtime gets them.</summary>
public enum OrchestratorApp
{
    /// <summary>Runs until it is asked to stop, then ends.</summary>
    Idle,

    /// <summary>Runs, and does not end when asked to.</summary>
    IgnoresStop,

    /// <summary>Ends at once with exit code 7.</summary>
    ExitsWithSeven,

    /// <summary>Writes <c>line 1</c>, <c>line 2</c> and <c>line 3</c> to its output, then runs until it is asked to stop.</summary>
    Talks,

    /// <summary>Counts its starts in the unit's data, writes <c>start N</c> to its output, then runs until it is asked to stop.</summary>
    CountsStarts,

    /// <summary>Writes <c>tick N</c> to its output at least every second until it is asked to stop.</summary>
    Ticks,

    /// <summary>Writes <c>line 1</c> to <c>line 100000</c> to its output, then runs until it is asked to stop.</summary>
    TalksALot,

    /// <summary>Takes more and more memory until it is killed. Needed of runtimes that enforce limits.</summary>
    EatsMemory,

    /// <summary>Uses all the CPU it gets until it is asked to stop. Needed of runtimes that enforce limits.</summary>
    BurnsCpu,

    /// <summary>Starts up to 1,000 processes, writes <c>processes N</c> with their number, and runs until it is asked to stop. Needed of runtimes that enforce limits.</summary>
    Forks,

    /// <summary>Takes connections at its endpoint until it is asked to stop. Needed of runtimes that isolate networks.</summary>
    Listens,
}
