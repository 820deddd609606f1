namespace TenantKit.Orchestration;

/// <summary>The state of an instance as the runtime knows it. Readiness is the probe's matter.</summary>
public enum RuntimeState
{
    /// <summary>Made, not running yet.</summary>
    Creating,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>It was asked to stop.</summary>
    Stopping,

    /// <summary>It ended.</summary>
    Exited,
}
