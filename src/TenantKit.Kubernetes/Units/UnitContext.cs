using TenantKit.Kubernetes.Manifests;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Units;

/// <summary>A unit during one call.</summary>
internal sealed record UnitContext(UnitRef Unit, Names Names, UnitMemory Memory, long Token);
