using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Orchestration;

/// <summary>Refuses what a runtime does not declare, before anything is done: nothing is left out in silence.</summary>
internal static class UndeclaredCapabilities
{
    /// <exception cref="OrchestratorException">The specification needs a capability that is not declared.</exception>
    public static void Refuse(string orchestrator, OrchestratorCapabilities capabilities, UnitSpec spec)
    {
        if (spec.Database == DatabaseMode.Dedicated && !capabilities.DedicatedDatabase)
        {
            throw new OrchestratorException(
                StatusReasons.Rejected,
                $"The orchestrator '{orchestrator}' runs no database beside the app of '{spec.Unit.Name}'. Use a template with the database mode \"embedded\", or an orchestrator that declares {nameof(OrchestratorCapabilities.DedicatedDatabase)}.",
                isTransient: false);
        }
    }
}
