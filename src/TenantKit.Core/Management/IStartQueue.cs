namespace TenantKit.Management;

/// <summary>Tells where a tenant stands among those that wait to start; the control loop knows.</summary>
internal interface IStartQueue
{
    /// <summary>How many tenants start before this one; 0 when it has a place or is not waiting.</summary>
    int GetPosition(string tenantId);

    /// <summary>Where a tenant that has just been asked for will stand, or stands, and how long its start will take from now on.</summary>
    StartOutlook GetOutlook(string tenantId);
}
