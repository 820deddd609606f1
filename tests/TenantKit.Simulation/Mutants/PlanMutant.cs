using Microsoft.Extensions.DependencyInjection;
using TenantKit.Reconciliation.Planning;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Mutants;

/// <summary>A mutant that decides otherwise.</summary>
internal abstract class PlanMutant : Mutant
{
    public override void Replace(IServiceCollection services, VirtualNode node) => services.AddSingleton<Planner>(new Changed(this));

    protected virtual TenantView Change(TenantView view) => view;

    protected virtual Plan Change(Plan plan, TenantView view) => plan;

    private sealed class Changed(PlanMutant mutant) : Planner
    {
        public override Plan Next(TenantView view) => mutant.Change(base.Next(mutant.Change(view)), view);
    }
}
