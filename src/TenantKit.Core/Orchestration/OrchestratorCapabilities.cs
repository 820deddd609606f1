namespace TenantKit.Orchestration;

/// <summary>What a runtime can do. Declared, never discovered by an exception.</summary>
public sealed record OrchestratorCapabilities
{
    /// <summary>More than one instance per unit.</summary>
    public bool Replicas { get; init; }

    /// <summary>CPU and memory can be changed while instances live; otherwise they are replaced.</summary>
    public bool ResizeInPlace { get; init; }

    /// <summary>Units keep data between sleeps.</summary>
    public bool Volumes { get; init; }

    /// <summary>Units cannot reach each other over the network.</summary>
    public bool NetworkIsolation { get; init; }

    /// <summary>CPU and memory limits are enforced, not only reported.</summary>
    public bool EnforcesLimits { get; init; }

    /// <summary>The storage limit is enforced, not only reported.</summary>
    public bool EnforcesStorageLimit { get; init; }

    /// <summary>Images resolve to a digest.</summary>
    public bool ImageDigests { get; init; }

    /// <summary>Calls with an outdated fencing token are refused.</summary>
    public bool Fencing { get; init; }

    /// <summary>A database of its own can be run beside the app.</summary>
    public bool DedicatedDatabase { get; init; }

    /// <summary>A schema and an account of its own can be made on a shared database server.</summary>
    public bool SharedDatabase { get; init; }

    /// <summary>One-off commands can be run.</summary>
    public bool Commands { get; init; }
}
