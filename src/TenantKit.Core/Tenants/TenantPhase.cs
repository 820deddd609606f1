namespace TenantKit.Tenants;

/// <summary>The phase of a tenant as people see it, derived from what is desired and what is observed.</summary>
public enum TenantPhase
{
    /// <summary>Recorded; nothing was done yet.</summary>
    Pending,

    /// <summary>External objects are being made for the first time.</summary>
    Provisioning,

    /// <summary>Instances are starting; none is ready.</summary>
    Starting,

    /// <summary>As many instances are ready as are desired.</summary>
    Running,

    /// <summary>At least one instance is ready, but fewer than desired.</summary>
    Degraded,

    /// <summary>Instances are draining or stopping.</summary>
    Stopping,

    /// <summary>No compute, data kept, wakes on request.</summary>
    Sleeping,

    /// <summary>No compute, data kept, does not wake on request.</summary>
    Stopped,

    /// <summary>Cannot reach what is desired; retried with back-off. The reason says why.</summary>
    Failed,

    /// <summary>Locked by an administrator; no compute.</summary>
    Suspended,

    /// <summary>Being destroyed.</summary>
    Deleting,

    /// <summary>Destroyed; only the tombstone is left.</summary>
    Deleted,
}
