namespace TenantKit.Agent.Context;

/// <summary>Which tenant this process serves. Fixed for the life of the process; a singleton; thread-safe.</summary>
public interface ITenantContext
{
    /// <summary>The tenant's id; <c>development</c> when stand-alone.</summary>
    string TenantId { get; }

    /// <summary>The tenant's name.</summary>
    string TenantName { get; }

    /// <summary>The instance's id; <c>development</c> when stand-alone.</summary>
    string InstanceId { get; }

    /// <summary>The id of the user that the tenant belongs to; null when not told.</summary>
    string? UserId { get; }

    /// <summary>The name of the tenant's database. Not safe as a file name: sanitise it.</summary>
    string DatabaseName { get; }

    /// <summary>The full path of the folder for the tenant's data. All replicas of the tenant share it.</summary>
    string DataDirectory { get; }
}
