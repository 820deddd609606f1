using System.Diagnostics;
using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;

namespace TenantKit.Simulation.Running;

/// <summary>Runs many seeds, each twice, on as many threads as there are processors: a world never leaves its thread.</summary>
internal static class Batch
{
    /// <summary>With so many seeds every fault class must have struck.</summary>
    public const int FullCoverage = 1_000;

    private const int Told = 3;
    private const int TraceLines = 80;

    public static int Run(SimulateOptions options, TextWriter output)
    {
        var wanted = options.Minutes is null ? options.Seeds ?? 1_000 : options.Seeds ?? int.MaxValue;
        output.WriteLine($"seeds from {options.From} on{(options.Twice ? ", each twice" : string.Empty)}, {options.Jobs} at a time");
        var since = Stopwatch.GetTimestamp();
        var totals = new Totals();
        var next = -1;
        Parallel.For(0, options.Jobs, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, _ =>
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next);
                if (number >= wanted || (options.Minutes is { } limit && Stopwatch.GetElapsedTime(since) > limit))
                {
                    return;
                }

                totals.Add(RunSeed(options.From + (ulong)number, options.Twice), output);
            }
        });

        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        foreach (var failed in totals.Failed.OrderBy(static result => result.Seed).Take(Told))
        {
            Tell(failed, output);
        }

        output.WriteLine(Report.Coverage(totals.Hits));
        var uncovered = totals.Seeds >= FullCoverage && totals.Hits.Any(static hits => hits == 0);
        output.WriteLine(Report.Sum(totals.Seeds, totals.Events, seconds, totals.Failed.Count));
        return totals.Failed.Count == 0 && !uncovered ? 0 : 1;
    }

    /// <summary>Runs a seed, twice if wanted; a run that comes out otherwise the second time is a violation too.</summary>
    public static RunResult RunSeed(ulong seed, bool twice)
    {
        var result = SimulationRun.Run(new RunRequest(seed));
        if (!twice)
        {
            return result;
        }

        var again = SimulationRun.Run(new RunRequest(seed));
        return (result with { Events = result.Events + again.Events }) is var both && again.Fingerprint != result.Fingerprint
            ? both with { Violation = new Violation(Rules.Deterministic, $"fingerprints {result.Fingerprint:x16} and {again.Fingerprint:x16}", TimeSpan.Zero, result.Events) }
            : both;
    }

    private static void Tell(RunResult failed, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(Report.Describe(failed));
        if (failed.Violation!.Invariant == Rules.Deterministic)
        {
            return;
        }

        var smallest = Shrinker.Shrink(new RunRequest(failed.Seed), failed);
        var shrunk = SimulationRun.Run(smallest with { KeepJournal = true });
        output.WriteLine("shrunk to:");
        output.WriteLine(Report.Describe(shrunk));
        output.WriteLine($"replay: eng/simulate.sh --seed {failed.Seed}{Flags(smallest)}");
        foreach (var line in shrunk.Journal.TakeLast(TraceLines))
        {
            output.WriteLine("  " + line);
        }
    }

    private static string Flags(RunRequest request) =>
        (request.Without is { Count: > 0 } without ? $" --without {string.Join(',', without.Order())}" : string.Empty)
        + (request.Tenants is { } tenants ? FormattableString.Invariant($" --tenants {tenants}") : string.Empty);

    private sealed class Totals
    {
        private readonly Lock gate = new();

        public List<RunResult> Failed { get; } = [];

        public long[] Hits { get; } = new long[Enum.GetValues<FaultKind>().Length];

        public long Seeds { get; private set; }

        public long Events { get; private set; }

        public void Add(RunResult result, TextWriter output)
        {
            lock (gate)
            {
                Seeds++;
                Events += result.Events;
                for (var i = 0; i < Hits.Length; i++)
                {
                    Hits[i] += result.Hits[i];
                }

                if (result.Violation is { } violation)
                {
                    Failed.Add(result);
                    output.WriteLine($"seed {result.Seed}: {violation.Invariant}: {violation.Detail}");
                }
            }
        }
    }
}
