using TenantKit.Activity;
using TenantKit.Autoscaling;
using TenantKit.Operations;
using TenantKit.Orchestration;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Explanation;

/// <summary>All that there is to say about why a tenant is as it is.</summary>
public sealed record TenantExplanation
{
    /// <summary>What is stored.</summary>
    public required TenantState State { get; init; }

    /// <summary>The template it is built from.</summary>
    public required Template Template { get; init; }

    /// <summary>Its traffic at each gateway that reports to this replica.</summary>
    public IReadOnlyList<GatewayTraffic> Gateways { get; init; } = [];

    /// <summary>When a request last reached it (UTC): what gateways told, or what is stored when they told nothing yet; null when none ever did.</summary>
    public DateTimeOffset? LastAccessAt { get; init; }

    /// <summary>When it will sleep and what keeps it from that; null when it is not meant to run.</summary>
    public SleepOutlook? Sleep { get; init; }

    /// <summary>What autoscaling sees; null when the template asks for none, or another replica looks after it.</summary>
    public AutoscaleOutlook? Autoscale { get; init; }

    /// <summary>Who acts for it; null when nobody does.</summary>
    public Lease? Lease { get; init; }

    /// <summary>True when this replica is the one that acts for it.</summary>
    public bool ActsHere { get; init; }

    /// <summary>How many tenants start before it; 0 when it is not waiting, or waits at another replica.</summary>
    public int QueuePosition { get; init; }

    /// <summary>What the runtime has noticed about its unit lately, the newest first; empty where the runtime does not tell such things.</summary>
    public IReadOnlyList<RuntimeNotice> Notices { get; init; } = [];

    /// <summary>The newest operation that made it run: a wake names the user whose request it was. Null when none is remembered.</summary>
    public Operation? LastWake { get; init; }
}
