using System.ComponentModel.DataAnnotations;

namespace TenantKit.Orchestration.Processes;

/// <summary>Settings of the local-process orchestrator; configuration section <c>TenantKit:Processes</c>.</summary>
public sealed class ProcessOrchestratorOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "TenantKit:Processes";

    /// <summary>Image names and the command each stands for: an absolute path or a name in <c>PATH</c>, then arguments.</summary>
    /// <value>The default is empty.</value>
    public IDictionary<string, string[]> Images { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>
    /// True when a template may name a command of its own. Whoever may write templates can then run anything as the host's user: set it to
    /// false where template authors are less trusted than the host's operators.
    /// </summary>
    /// <value>The default is true.</value>
    public bool AllowCommands { get; set; } = true;

    /// <summary>Environment for all instances, beside the template's. Nothing of the host's own environment is passed on but a short list.</summary>
    /// <value>The default is empty.</value>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long instances outlive a host that is gone without a successor; a host that starts within it adopts them.</summary>
    /// <value>The default is 1 minute; 1 second to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan WatchdogGrace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>True to stop all instances when the host shuts down in an orderly way; false leaves them to the next host, or to the watchdog.</summary>
    /// <value>The default is true.</value>
    public bool StopOnShutdown { get; set; } = true;

    /// <summary>Size in bytes at which an instance's log is rotated; one older part of the same size is kept.</summary>
    /// <value>The default is 4 MiB; 4 KiB to 1 GiB.</value>
    [Range(4 * 1024, 1 << 30)]
    public int MaxLogBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many ended instances' logs are kept per unit.</summary>
    /// <value>The default is 3; 0 to 100.</value>
    [Range(0, 100)]
    public int KeptLogs { get; set; } = 3;
}
