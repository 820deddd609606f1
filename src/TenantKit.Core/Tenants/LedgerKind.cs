namespace TenantKit.Tenants;

/// <summary>Kinds of external objects that a tenant can own.</summary>
public enum LedgerKind
{
    /// <summary>Compute: processes, containers, pods and what belongs to them.</summary>
    Compute,

    /// <summary>Data: a folder, a volume, a claim.</summary>
    Data,
}
