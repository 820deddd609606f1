namespace TenantKit.Tenants;

/// <summary>The life of an instance.</summary>
public enum InstanceState
{
    /// <summary>Created; its process may not run yet, or its probe has not passed.</summary>
    Starting,

    /// <summary>Its probe passed.</summary>
    Ready,

    /// <summary>It runs, but its probe fails.</summary>
    Unhealthy,

    /// <summary>It gets no new requests and is about to stop.</summary>
    Draining,

    /// <summary>It ended.</summary>
    Exited,
}
