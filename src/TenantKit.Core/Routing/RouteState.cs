namespace TenantKit.Routing;

/// <summary>Whether and how requests may go to a tenant.</summary>
public enum RouteState
{
    /// <summary>Awake, or on its way: requests go to ready instances and wait while there are none.</summary>
    Active,

    /// <summary>Asleep or going to sleep: no request is sent to an instance; a request wakes it first.</summary>
    Asleep,

    /// <summary>Cannot start for now: requests are answered with the reason. A request may still ask for another try.</summary>
    Failed,

    /// <summary>Locked: requests are refused.</summary>
    Suspended,

    /// <summary>Being deleted or deleted: as unknown as a tenant that never was.</summary>
    Gone,
}
