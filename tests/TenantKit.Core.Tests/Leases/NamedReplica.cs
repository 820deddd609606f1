using TenantKit.Leases;

namespace TenantKit.Core.Tests.Leases;

/// <summary>A replica with a name of the test's choice.</summary>
internal sealed class NamedReplica(string name) : ReplicaIdentity(null!, null!)
{
    public override string Name { get; } = name;
}
