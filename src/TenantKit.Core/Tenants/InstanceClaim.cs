namespace TenantKit.Tenants;

/// <summary>What an instance says of itself when it registers. A hint: observation decides.</summary>
public enum InstanceClaim
{
    /// <summary>Nothing was said.</summary>
    None,

    /// <summary>Ready for requests.</summary>
    Ready,

    /// <summary>Alive, not ready for requests.</summary>
    Unready,

    /// <summary>Going away; no new requests, please.</summary>
    Draining,
}
