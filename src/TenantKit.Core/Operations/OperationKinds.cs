namespace TenantKit.Operations;

/// <summary>The kinds of operations.</summary>
public static class OperationKinds
{
    /// <summary>Make a tenant and start it.</summary>
    public const string Create = "create";

    /// <summary>Start a tenant.</summary>
    public const string Start = "start";

    /// <summary>Stop a tenant; its data is kept.</summary>
    public const string Stop = "stop";

    /// <summary>Replace all instances of a tenant.</summary>
    public const string Restart = "restart";

    /// <summary>Change the size of a tenant.</summary>
    public const string Resize = "resize";

    /// <summary>Lock a tenant.</summary>
    public const string Suspend = "suspend";

    /// <summary>Unlock a tenant.</summary>
    public const string Resume = "resume";

    /// <summary>Destroy a tenant.</summary>
    public const string Delete = "delete";

    /// <summary>Put an idle tenant to sleep.</summary>
    public const string Sleep = "sleep";

    /// <summary>Change the number of instances with the load.</summary>
    public const string Autoscale = "autoscale";

    /// <summary>Wake a tenant for a request.</summary>
    public const string Wake = "wake";
}
