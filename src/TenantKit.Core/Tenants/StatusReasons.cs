namespace TenantKit.Tenants;

/// <summary>The machine-readable reasons of a <see cref="TenantStatus"/> or an <see cref="Instance"/>.</summary>
public static class StatusReasons
{
    /// <summary>The phase explains itself.</summary>
    public const string None = "none";

    /// <summary>Waiting for a place among the concurrent starts.</summary>
    public const string WaitingForStartSlot = "waiting_for_start_slot";

    /// <summary>The instance runs but its probe has not passed yet.</summary>
    public const string WaitingForReady = "waiting_for_ready";

    /// <summary>The probe did not pass within the template's start time-out.</summary>
    public const string NotReadyInTime = "not_ready_in_time";

    /// <summary>The app exits again and again; restarts back off.</summary>
    public const string CrashLoop = "crash_loop";

    /// <summary>The image is not known to the orchestrator.</summary>
    public const string ImageNotFound = "image_not_found";

    /// <summary>The command could not be started.</summary>
    public const string CommandNotFound = "command_not_found";

    /// <summary>The orchestrator did not answer, or answered with an error that may pass.</summary>
    public const string OrchestratorUnavailable = "orchestrator_unavailable";

    /// <summary>The orchestrator has no capacity left: disk full, no port, no address.</summary>
    public const string CapacityExhausted = "capacity_exhausted";

    /// <summary>An object of the same name belongs to somebody else.</summary>
    public const string NameConflict = "name_conflict";

    /// <summary>Requests in flight are being finished.</summary>
    public const string Draining = "draining";

    /// <summary>No request came for the idle time-out.</summary>
    public const string Idle = "idle";

    /// <summary>Asked for by a person.</summary>
    public const string StoppedByOperator = "stopped_by_operator";

    /// <summary>The unit's volume is full.</summary>
    public const string StorageFull = "storage_full";

    /// <summary>The image exists, or may, but could not be fetched.</summary>
    public const string ImagePullFailed = "image_pull_failed";

    /// <summary>The app used more memory than its size allows and was killed.</summary>
    public const string OutOfMemory = "out_of_memory";

    /// <summary>No node of the cluster has room for it.</summary>
    public const string Unschedulable = "unschedulable";

    /// <summary>The node it ran on needed the room, or was emptied.</summary>
    public const string Evicted = "evicted";

    /// <summary>The node it ran on does not answer.</summary>
    public const string NodeLost = "node_lost";

    /// <summary>The quota of the tenant is used up.</summary>
    public const string QuotaExceeded = "quota_exceeded";

    /// <summary>The control plane lacks a right; the message names it.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The orchestrator does not accept what was asked for.</summary>
    public const string Rejected = "rejected";

    /// <summary>The shared database server does not answer, or does not do what the control plane asks of it; the message says which.</summary>
    public const string DatabaseUnavailable = "database_unavailable";

    /// <summary>The unit's volume is gone.</summary>
    public const string DataLost = "data_lost";

    /// <summary>The compute is gone; the data waits for the end of its retention.</summary>
    public const string DataRetained = "data_retained";
}
