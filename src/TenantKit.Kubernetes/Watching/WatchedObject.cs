namespace TenantKit.Kubernetes.Watching;

/// <summary>What is kept of an object in memory: enough to answer for it, and no more. At 10,000 tenants the whole of it would be 100 MB.</summary>
internal abstract record WatchedObject
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    /// <summary>Comparable within one kind: the larger is the newer (since Kubernetes 1.35 a documented promise, before that a fact).</summary>
    public required ulong Version { get; init; }

    public required string TenantId { get; init; }

    public required string UnitName { get; init; }
}
