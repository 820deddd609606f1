namespace TenantKit.Simulation.Mutants;

/// <summary>A gateway keeps the routes of deleted tenants.</summary>
internal sealed class RouteNeverRemoved : RegistryMutant
{
    public override string Name => "route-never-removed";

    public override string Breaks => "a gateway keeps the routes of deleted tenants";

    protected override bool Removes => false;
}
