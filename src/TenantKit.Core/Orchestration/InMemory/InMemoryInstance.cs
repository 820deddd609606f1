using TenantKit.Diagnostics;

namespace TenantKit.Orchestration.InMemory;

/// <summary>An instance of the in-memory runtime, as its app sees it and as a test pushes it. Thread-safe.</summary>
public sealed class InMemoryInstance
{
    private readonly InMemoryLifecycle runtime;

    internal InMemoryInstance(InMemoryLifecycle runtime, InMemoryUnit unit, UnitSpec spec, string id, DateTimeOffset createdAt)
    {
        this.runtime = runtime;
        Home = unit;
        Spec = spec;
        Id = id;
        CreatedAt = createdAt;
        Fingerprint = SettingsFingerprint.Of(spec);
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>What it was started from.</summary>
    public UnitSpec Spec { get; }

    /// <summary>The unit's data; outlives the instance.</summary>
    public IDictionary<string, string> Data => Home.Data;

    /// <summary>True when it does not end on request, only when killed after the grace period.</summary>
    public bool IgnoresStop { get; set; }

    internal InMemoryUnit Home { get; }

    internal string Fingerprint { get; }

    internal DateTimeOffset CreatedAt { get; }

    internal DateTimeOffset? StartedAt { get; set; }

    internal DateTimeOffset? StopAt { get; set; }

    internal DateTimeOffset? ExitedAt { get; private set; }

    internal int? ExitCode { get; private set; }

    internal string? Endpoint { get; set; }

    internal bool IsReplaced { get; set; }

    internal Latch Ended { get; } = new();

    internal ITimer? Timer { get; set; }

    internal RuntimeState State => this switch
    {
        { ExitedAt: not null } => RuntimeState.Exited,
        { StopAt: not null } => RuntimeState.Stopping,
        { StartedAt: null } => RuntimeState.Creating,
        _ => RuntimeState.Running,
    };

    /// <summary>Writes a line to the unit's log.</summary>
    /// <param name="line">The line.</param>
    public void WriteLine(string line) => runtime.WriteLine(this, line);

    /// <summary>Ends the instance by itself, as a crash or a normal end does. Nothing happens when it ended already.</summary>
    /// <param name="exitCode">The exit code.</param>
    public void Exit(int exitCode) => runtime.Exit(this, exitCode);

    internal void End(DateTimeOffset at, int exitCode)
    {
        ExitedAt = at;
        ExitCode = exitCode;
        Ended.Open();
    }

    internal InstanceObservation Observe() => new()
    {
        Id = Id,
        State = State,
        Endpoint = Endpoint,
        RestartEpoch = Spec.RestartEpoch,
        IsCurrent = Fingerprint == Home.Fingerprint,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        ExitedAt = ExitedAt,
        ExitCode = ExitCode,
    };
}
