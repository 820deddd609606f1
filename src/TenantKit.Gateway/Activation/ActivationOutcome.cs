namespace TenantKit.Gateway.Activation;

/// <summary>How waiting for a tenant ended.</summary>
internal enum ActivationOutcome
{
    /// <summary>An instance takes requests.</summary>
    Ready,

    /// <summary>The time to wait was over first.</summary>
    TimedOut,

    /// <summary>The tenant cannot start for now; another try was asked for.</summary>
    Failed,

    /// <summary>The tenant was suspended meanwhile.</summary>
    Suspended,

    /// <summary>Requests do not start it.</summary>
    NotAllowed,

    /// <summary>The tenant was deleted meanwhile.</summary>
    Gone,
}
