using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Templates;

/// <summary>One immutable version of the description of a unit.</summary>
public sealed record Template : IStoreRecord
{
    /// <summary>Unique name; same rules as <see cref="TenantName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>1 for the first version of that name, then one more each.</summary>
    public required int Version { get; init; }

    /// <summary>Image of the app; for local processes a name in the orchestrator's catalogue.</summary>
    public required string Image { get; init; }

    /// <summary>The image's digest at publication, where the runtime can tell it.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Command and arguments; empty for the image's own.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Environment for the app, beside what TenantKit sets itself.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The port the app listens on in its container; local processes get a free one in <c>PORT</c>. The default is 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The size of a new tenant's unit.</summary>
    public ResourceLimits Resources { get; init; } = ResourceLimits.Default;

    /// <summary>Where the tenant's database lives. The default is <see cref="DatabaseMode.Embedded"/>.</summary>
    public DatabaseMode Database { get; init; } = DatabaseMode.Embedded;

    /// <summary>Fewest copies while awake. The default is 1.</summary>
    public int MinReplicas { get; init; } = 1;

    /// <summary>Most copies. The default is 4.</summary>
    public int MaxReplicas { get; init; } = 4;

    /// <summary>How the number of copies follows the load; null when it is set by hand only.</summary>
    public AutoscaleSettings? Autoscale { get; init; }

    /// <summary>Idle time before sleep; null for the host's default; zero or less never sleeps.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Whether a request may wake a sleeping tenant. The default is true.</summary>
    public bool WakeOnRequest { get; init; } = true;

    /// <summary>How readiness and health are asked for.</summary>
    public ProbeSettings Probe { get; init; } = new();

    /// <summary>Load-balancing policy and its settings, as <see cref="Routing.LoadBalancingSettings"/> reads them; null for the gateway's default.</summary>
    public string? LoadBalancing { get; init; }

    /// <summary>Path prefixes inside the app that need no sign-in; they never wake the tenant.</summary>
    public IReadOnlyList<string> AnonymousPaths { get; init; } = [];

    /// <summary>How requests are brought to the app.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <summary>When this version was published (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the template was withdrawn (UTC); tenants that use it keep it, new ones cannot.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <inheritdoc/>
    public long Revision { get; init; }

    string IStoreRecord.Key => Name + "/" + Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
