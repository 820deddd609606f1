using TenantKit.Routing;

namespace TenantKit.Simulation.Mutants;

/// <summary>A gateway does not see which instances drain.</summary>
internal sealed class DrainMarkIgnored : RegistryMutant
{
    public override string Name => "drain-mark-ignored";

    public override string Breaks => "a gateway does not see which instances drain";

    protected override Route Change(Route route) => route with { Instances = [.. route.Instances.Select(static instance => instance with { Draining = false })] };
}
