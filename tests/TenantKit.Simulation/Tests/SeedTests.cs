using TenantKit.Simulation.Running;

namespace TenantKit.Simulation.Tests;

/// <summary>Seeds that are always run, and fresh ones in every run; each twice.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int Fixed = 120;
    private const int Fresh = 120;

    /// <summary>Seeds that once broke an invariant. What they do changes with the simulation; they cost little.</summary>
    private static readonly ulong[] Found = [127, 144, 188, 216, 430, 567];

    [Fact]
    public void Run_FixedSeeds_HoldEveryInvariant() => RunAll(Enumerable.Range(1, Fixed).Select(static seed => (ulong)seed).Concat(Found));

    [Fact]
    public void Run_FreshSeeds_HoldEveryInvariant()
    {
        var from = (ulong)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerMillisecond);
        output.WriteLine($"fresh seeds {from} to {from + Fresh - 1}; replay one by: eng/simulate.sh --seed N");
        RunAll(Enumerable.Range(0, Fresh).Select(number => from + (ulong)number));
    }

    [Fact]
    public void Run_Shrunk_StillBreaksTheSameInvariant()
    {
        var (_, failed) = MutantTrial.Try(static () => new Mutants.DrainIgnored(), 1, MutantTrial.MostSeeds);
        var request = new RunRequest(failed!.Seed) { Mutant = new Mutants.DrainIgnored() };

        var smallest = Shrinker.Shrink(request, failed);
        var again = SimulationRun.Run(smallest with { Mutant = new Mutants.DrainIgnored(), KeepJournal = true });

        Assert.Equal(failed.Violation!.Invariant, again.Violation?.Invariant);
        Assert.True(again.Faults.Count < failed.Faults.Count, $"Seed {failed.Seed}: {failed.Faults.Count} fault classes were not made fewer.");
        Assert.Contains(again.Journal, static line => line.Contains("VIOLATION", StringComparison.Ordinal));
    }

    private void RunAll(IEnumerable<ulong> seeds)
    {
        var failed = new List<string>();
        Parallel.ForEach(seeds, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, seed =>
        {
            var result = Batch.RunSeed(seed, twice: true);
            if (result.Violation is not null)
            {
                lock (failed)
                {
                    failed.Add(Report.Describe(result));
                }
            }
        });

        failed.ForEach(output.WriteLine);
        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }
}
