using System.Diagnostics;
using System.Globalization;

namespace TenantKit.Simulation.Running;

/// <summary>The program: replays one seed, or runs many.</summary>
internal static class SimulateCommand
{
    public static int Run(string[] args)
    {
        ulong? seed = null;
        ulong from = 1;
        var count = 100;
        var twice = args.Contains("--twice");
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--seed": seed = ulong.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--from": from = ulong.Parse(args[++i], CultureInfo.InvariantCulture); break;
                case "--seeds": count = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
            }
        }

        if (seed is { } one)
        {
            var result = SimulationRun.Run(new RunRequest(one) { KeepJournal = true });
            foreach (var line in result.Journal)
            {
                Console.WriteLine(line);
            }

            Console.WriteLine($"{result.Setup.Replicas} replicas, {result.Setup.Gateways} gateways, {result.Setup.Tenants} tenants; {result.Operations} operations, {result.Requests} requests, {result.Checks} checks; faults {string.Join(' ', result.Faults)}");
            Console.WriteLine($"{result.Violation}");
            return result.Violation is null ? 0 : 1;
        }

        var since = Stopwatch.GetTimestamp();
        long events = 0;
        var violations = 0;
        for (var i = 0; i < count; i++)
        {
            var result = SimulationRun.Run(new RunRequest(from + (ulong)i));
            events += result.Events;
            if (twice && SimulationRun.Run(new RunRequest(from + (ulong)i)).Fingerprint != result.Fingerprint)
            {
                violations++;
                Console.WriteLine($"seed {result.Seed}: same-seed-same-run");
            }

            if (result.Violation is { } violation)
            {
                violations++;
                Console.WriteLine($"seed {result.Seed}: {violation.Invariant}: {violation.Detail} (at {violation.At}, event {violation.Event})");
            }
        }

        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        Console.WriteLine($"seeds {count}, events {events}, events/s {events / seconds:0}, violations {violations}");
        return violations == 0 ? 0 : 1;
    }
}
