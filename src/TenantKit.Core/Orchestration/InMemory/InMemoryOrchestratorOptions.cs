namespace TenantKit.Orchestration.InMemory;

/// <summary>How the in-memory runtime behaves. May be changed while it runs; the next call sees the change.</summary>
public sealed class InMemoryOrchestratorOptions
{
    /// <summary>How long an instance is <see cref="RuntimeState.Creating"/>; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    /// <value>The default is zero: it runs at once.</value>
    public TimeSpan StartDelay { get; set; } = TimeSpan.Zero;

    /// <summary>How long an instance needs to end after it was asked to; at most the grace period of the call.</summary>
    /// <value>The default is zero: it ends at once.</value>
    public TimeSpan StopDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Apps by image. Each is called once per instance when it starts to run, and must return quickly.</summary>
    /// <value>The default is empty: every image just runs.</value>
    public IDictionary<string, Action<InMemoryInstance>> Apps { get; } = new Dictionary<string, Action<InMemoryInstance>>(StringComparer.Ordinal);

    /// <summary>True when only the images in <see cref="Apps"/> exist.</summary>
    /// <value>The default is false.</value>
    public bool OnlyKnownImages { get; set; }

    /// <summary>Gives an instance its <c>host:port</c>.</summary>
    /// <value>The default is null: a loopback address of its own at which nobody listens.</value>
    public Func<InMemoryInstance, string>? Endpoint { get; set; }

    /// <summary>How long a one-off command runs.</summary>
    /// <value>The default is zero.</value>
    public TimeSpan CommandDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Runs a one-off command.</summary>
    /// <value>The default is null: every command ends with 0 and says nothing.</value>
    public Func<UnitSpec, IReadOnlyList<string>, CommandResult>? RunCommand { get; set; }
}
