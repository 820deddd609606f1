using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using TenantKit.Routing;

namespace TenantKit.Simulation.Mutants;

/// <summary>A mutant whose gateways see another table of routes.</summary>
internal abstract class RegistryMutant : Mutant
{
    public override void ReplaceInGateway(IServiceCollection services) => services.AddSingleton<IRouteRegistry>(new ChangedRegistry(this));

    protected virtual Route Change(Route route) => route;

    protected virtual bool IsSynced(bool isSynced) => isSynced;

    protected virtual bool Removes => true;

    private sealed class ChangedRegistry(RegistryMutant mutant) : IRouteRegistry
    {
        private readonly InMemoryRouteRegistry inner = new();

        public event Action<Route>? Changed
        {
            add => inner.Changed += value;
            remove => inner.Changed -= value;
        }

        public bool IsSynced => mutant.IsSynced(inner.IsSynced);

        public long Revision => inner.Revision;

        public string? Epoch => inner.Epoch;

        public int Count => inner.Count;

        public bool TryGetById(string tenantId, [NotNullWhen(true)] out Route? route) => inner.TryGetById(tenantId, out route);

        public bool TryGetByName(string tenantName, [NotNullWhen(true)] out Route? route) => inner.TryGetByName(tenantName, out route);

        public RouteList Capture() => inner.Capture();

        public void Replace(RouteList list) => inner.Replace(list with { Routes = [.. list.Routes.Select(mutant.Change)] });

        public void Apply(RouteList changes) =>
            inner.Apply(changes with { Routes = [.. changes.Routes.Where(route => mutant.Removes || route.State != RouteState.Gone).Select(mutant.Change)] });
    }
}
