namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>How the emulated cluster behaves.</summary>
internal sealed class EmulatorOptions
{
    /// <summary>How long controllers take to notice.</summary>
    public TimeSpan ControllerDelay { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>How long a new quota admits nothing; zero for none at all.</summary>
    public TimeSpan QuotaDelay { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>From a pod's making to its running.</summary>
    public TimeSpan StartDelay { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>From an app's end to the node's word that it ended.</summary>
    public TimeSpan StopDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>A second of grace takes this long, so that tests need not wait for real ones.</summary>
    public TimeSpan Second { get; set; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan BookmarkInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>False as on servers without the feature WatchList.</summary>
    public bool StreamsLists { get; set; } = true;

    public bool ServesMetrics { get; set; } = true;

    public bool ServesResize { get; set; } = true;

    /// <summary>True when no node takes new pods.</summary>
    public bool IsCordoned { get; set; }

    /// <summary>True when the node no longer answers: what is told to stop is not confirmed.</summary>
    public bool IsNodeDead { get; set; }

    /// <summary>A rule set that requests are held against; null for all rights. "verb group/plural".</summary>
    public HashSet<string>? Rights { get; set; }

    /// <summary>True while the server answers and does not know the roles yet.</summary>
    public bool IsStarting { get; set; }

    /// <summary>False where the role that lets everybody ask for the server's state was taken away.</summary>
    public bool SaysWhetherReady { get; set; } = true;
}
