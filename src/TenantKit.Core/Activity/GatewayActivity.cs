using TenantKit.Control;

namespace TenantKit.Activity;

/// <summary>What one gateway reported last.</summary>
internal sealed class GatewayActivity
{
    public long AppliedRevision { get; set; }

    /// <summary>The epoch of <see cref="AppliedRevision"/>.</summary>
    public string? Epoch { get; set; }

    /// <summary>When, on the monotonic clock of this replica.</summary>
    public long ReportedAt { get; set; }

    /// <summary>Tenants with requests in flight at this gateway; the others have none.</summary>
    public Dictionary<string, TenantActivity> Busy { get; } = [];

    /// <summary>Mean requests in flight since the report before, of tenants that had any.</summary>
    public Dictionary<string, double> Load { get; } = [];

    /// <summary>Instances it had something to tell of.</summary>
    public ILookup<string, InstanceActivity> Instances { get; set; } = Enumerable.Empty<InstanceActivity>().ToLookup(static instance => instance.TenantId);
}
