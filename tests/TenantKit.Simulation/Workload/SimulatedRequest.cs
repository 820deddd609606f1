namespace TenantKit.Simulation.Workload;

/// <summary>One request of a client and what became of it.</summary>
internal sealed class SimulatedRequest(long number, string tenantId, string tenantName, string principalId, bool isAdministrator, bool writes)
{
    public long Number { get; } = number;

    public string TenantId { get; } = tenantId;

    public string TenantName { get; } = tenantName;

    /// <summary>Who asks; empty for nobody in particular.</summary>
    public string PrincipalId { get; } = principalId;

    public bool IsAdministrator { get; } = isAdministrator;

    /// <summary>True for a POST: not idempotent.</summary>
    public bool Writes { get; } = writes;

    /// <summary>The tenant whose app got it: another one than was meant when the name passed on meanwhile.</summary>
    public string? ServedBy { get; set; }

    /// <summary>How often its bytes left a gateway for an app.</summary>
    public int Sent { get; set; }

    /// <summary>How often an app got it.</summary>
    public int Deliveries { get; set; }

    /// <summary>The answer's status; 0 while there is none.</summary>
    public int Status { get; set; }

    /// <summary>When the gateway began to work on it; null while it is under way.</summary>
    public TimeSpan? AdmittedAt { get; set; }

    /// <summary>The life of the gateway that has it.</summary>
    public int GatewayLife { get; set; }

    /// <summary>True when the client did not wait for the answer.</summary>
    public bool GaveUp { get; set; }

    public override string ToString() => $"request {Number} {(Writes ? "POST" : "GET")} of '{PrincipalId}' to {TenantName} ({TenantId})";
}
