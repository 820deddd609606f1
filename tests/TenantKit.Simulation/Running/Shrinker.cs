using TenantKit.Simulation.Faults;

namespace TenantKit.Simulation.Running;

/// <summary>Makes a failing run small: fewer fault classes, fewer tenants, a shorter time, as long as the same invariant breaks.</summary>
internal static class Shrinker
{
    public static RunRequest Shrink(RunRequest request, RunResult failed)
    {
        var invariant = failed.Violation!.Invariant;
        var best = request;
        var at = failed.Violation.At;

        bool Fails(RunRequest smaller)
        {
            var result = SimulationRun.Run(smaller with { Mutant = request.Mutant.Again() });
            if (result.Violation?.Invariant != invariant)
            {
                return false;
            }

            (best, at) = (smaller, result.Violation.At);
            return true;
        }

        var without = (request.Without ?? new HashSet<FaultKind>()).ToHashSet();
        foreach (var kind in failed.Faults)
        {
            if (!Fails(best with { Without = without.Append(kind).ToHashSet() }))
            {
                continue;
            }

            without.Add(kind);
        }

        for (var tenants = 1; tenants < failed.Setup.Tenants; tenants *= 2)
        {
            if (Fails(best with { Tenants = tenants }))
            {
                break;
            }
        }

        if (at < failed.Setup.Duration)
        {
            Fails(best with { Duration = at + TimeSpan.FromSeconds(1) });
        }

        return best;
    }
}
