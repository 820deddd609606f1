using System.Diagnostics;
using TenantKit.Simulation.Mutants;

namespace TenantKit.Simulation.Running;

/// <summary>Tries every mutant until it is caught: proof that the simulation can fail.</summary>
internal static class MutantTrial
{
    public const int MostSeeds = 2_000;

    public static int Run(SimulateOptions options, TextWriter output)
    {
        var mutants = options.Mutant is { } name ? [Zoo.Find(name)] : Zoo.All;
        var most = options.Seeds ?? MostSeeds;
        output.WriteLine($"seeds from {options.From} on, {most} at most");
        output.WriteLine("| mutant | breaks | seeds | invariant | seconds |");
        output.WriteLine("|---|---|---|---|---|");
        var caught = 0;
        var gate = new Lock();
        Parallel.ForEach(mutants, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, make =>
        {
            var since = Stopwatch.GetTimestamp();
            var (needed, result) = Try(make, options.From, most);
            lock (gate)
            {
                caught += result is null ? 0 : 1;
                output.WriteLine(FormattableString.Invariant(
                    $"| {make().Name} | {make().Breaks} | {(result is null ? "missed" : needed)} | {result?.Violation!.Invariant} | {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} |"));
            }
        });

        output.WriteLine($"mutants {mutants.Count}, caught {caught}");
        return caught == mutants.Count ? 0 : 1;
    }

    /// <summary>Runs seeds until one breaks an invariant.</summary>
    /// <returns>How many that took, and the run; null when none did.</returns>
    public static (int Needed, RunResult? Result) Try(Func<Mutant> make, ulong from, int most)
    {
        for (var i = 0; i < most; i++)
        {
            var result = SimulationRun.Run(new RunRequest(from + (ulong)i) { Mutant = make() });
            if (result.Violation is not null)
            {
                return (i + 1, result);
            }
        }

        return (most, null);
    }
}
