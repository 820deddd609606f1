using TenantKit.Orchestration;

namespace TenantKit.Simulation.Mutants;

/// <summary>A runtime that does not answer in time is taken for one that refused.</summary>
internal sealed class TimeOutIsFailure : Mutant
{
    public override string Name => "time-out-is-failure";

    public override string Breaks => "a runtime that does not answer in time is taken for one that refused";

    public override async Task<T> Around<T>(Func<Task<T>> effect)
    {
        try
        {
            return await effect();
        }
        catch (OrchestratorException exception) when (exception.IsTransient)
        {
            throw new OrchestratorException(exception.Reason, exception.Message, isTransient: false);
        }
    }
}
