namespace TenantKit.Gateway.Health;

/// <summary>Whether an instance takes requests of this gateway, and why not.</summary>
public enum InstanceHealthState
{
    /// <summary>It has not passed a probe yet and takes none.</summary>
    Starting,

    /// <summary>It takes requests.</summary>
    Healthy,

    /// <summary>It takes one request at a time: the first answer after an ejection decides.</summary>
    Trial,

    /// <summary>Its requests failed, others' did not: it takes none for a while.</summary>
    Ejected,

    /// <summary>It fails its probes and takes none.</summary>
    Unhealthy,

    /// <summary>It is about to stop and takes no new ones.</summary>
    Draining,
}
