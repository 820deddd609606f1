namespace TenantKit.Reconciliation.Planning;

/// <summary>How open operations of the newest generation stand after a record.</summary>
internal enum PlanOutcome
{
    /// <summary>They go on.</summary>
    Open,

    /// <summary>What was asked for is reached.</summary>
    Reached,

    /// <summary>It cannot be reached for now; the control loop goes on trying.</summary>
    Failed,
}
