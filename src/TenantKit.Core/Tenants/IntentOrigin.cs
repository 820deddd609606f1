namespace TenantKit.Tenants;

/// <summary>Who asked for a change. Work is taken in this order: people first, then wakes, then background.</summary>
public enum IntentOrigin
{
    /// <summary>A person, through the Admin API.</summary>
    Human,

    /// <summary>A request that met a sleeping tenant.</summary>
    Wake,

    /// <summary>TenantKit itself: idleness, healing, sweeping.</summary>
    Background,
}
