namespace TenantKit.Operations;

/// <summary>Where an operation or a step of it stands.</summary>
public enum OperationState
{
    /// <summary>Recorded; not begun.</summary>
    Pending,

    /// <summary>Being done; retried as needed.</summary>
    Running,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Given up, with a reason. The control loop may still heal the tenant later.</summary>
    Failed,

    /// <summary>A newer intent took its place.</summary>
    Superseded,
}
