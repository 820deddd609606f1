using TenantKit.Simulation.Mutants;

namespace TenantKit.Simulation.Running;

/// <summary>The program: replays one seed, runs many, or tries the mutants.</summary>
internal static class SimulateCommand
{
    public static int Run(string[] args)
    {
        SimulateOptions options;
        try
        {
            options = SimulateOptions.Parse(args);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            Console.Error.WriteLine($"{exception.Message}\n\n{SimulateOptions.Usage}");
            return 2;
        }

        return options switch
        {
            { Mutants: true } => MutantTrial.Run(options, Console.Out),
            { Seed: { } seed } => Replay(seed, options),
            _ => Batch.Run(options, Console.Out),
        };
    }

    private static int Replay(ulong seed, SimulateOptions options)
    {
        var mutant = options.Mutant is { } name ? Zoo.Find(name) : static () => Mutant.None;
        var request = new RunRequest(seed) { Mutant = mutant(), KeepJournal = !options.Quiet, Without = options.Without, Tenants = options.Tenants };
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        var result = SimulationRun.Run(request);
        var seconds = System.Diagnostics.Stopwatch.GetElapsedTime(since).TotalSeconds;
        foreach (var line in result.Journal)
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(Report.Describe(result));
        Console.WriteLine(Report.Sum(1, result.Events, seconds, result.Violation is null ? 0 : 1));
        return result.Violation is null ? 0 : 1;
    }
}
