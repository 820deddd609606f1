using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Orchestration;

/// <summary>What a unit should be. Built from a tenant and its template version; carries no secret.</summary>
public sealed record UnitSpec
{
    /// <summary>Which unit.</summary>
    public required UnitRef Unit { get; init; }

    /// <summary>The tenant's name, for labels and the app.</summary>
    public required string TenantName { get; init; }

    /// <summary>The tenant's generation, for labels.</summary>
    public required long Generation { get; init; }

    /// <summary>Instances of an older epoch are replaced.</summary>
    public required long RestartEpoch { get; init; }

    /// <summary>How many instances.</summary>
    public required int Replicas { get; init; }

    /// <summary>Image of the app.</summary>
    public required string Image { get; init; }

    /// <summary>Command and arguments; empty for the image's own.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The app's environment: the template's, and <c>USER_ID</c>, <c>DB_NAME</c>, <c>TENANT_ID</c>, <c>TENANT_NAME</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The port the app listens on, where every instance has an address of its own.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>The size.</summary>
    public required ResourceLimits Resources { get; init; }

    /// <summary>How the app is asked whether it is ready, for runtimes that ask by themselves; null when they should not.</summary>
    public ProbeSettings? Probe { get; init; }

    /// <summary>Where the database lives.</summary>
    public DatabaseMode Database { get; init; }

    /// <summary>Time that instances get to finish.</summary>
    public TimeSpan StopGracePeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// True when the store knows that the unit was made before. Where then nothing is left of its data, it was lost: it is not made anew, empty and
    /// without a word. No part of what is run.
    /// </summary>
    public bool WasMade { get; init; }

    /// <summary>Token of the lease under which the caller acts; 0 for none. No part of what is run: a new token alone changes no instance.</summary>
    public long FencingToken { get; init; }
}
