using System.Diagnostics;
using TenantKit.LoadChecks.Anonymous;
using TenantKit.LoadChecks.ControlDown;
using TenantKit.LoadChecks.Cycles;
using TenantKit.LoadChecks.Failover;
using TenantKit.LoadChecks.Overload;
using TenantKit.LoadChecks.Restart;

namespace TenantKit.LoadChecks;

/// <summary>Runs checks one after the other, each with hosts of its own, and prints a line for each.</summary>
internal static class Runner
{
    private static readonly Dictionary<string, Func<CheckOptions, Task<Verdict>>> Checks = new(StringComparer.Ordinal)
    {
        ["failover"] = FailoverCheck.RunAsync,
        ["cycles"] = CyclesCheck.RunAsync,
        ["anonymous"] = AnonymousCheck.RunAsync,
        ["overload"] = OverloadCheck.RunAsync,
        ["restart"] = RestartCheck.RunAsync,
        ["controldown"] = ControlDownCheck.RunAsync,
    };

    public static IReadOnlyList<string> Names => [.. Checks.Keys];

    /// <summary>Zero when all passed.</summary>
    public static async Task<int> RunAsync(CheckOptions options)
    {
        Console.Error.WriteLine($"Seed {options.Seed}");
        var failed = 0;
        foreach (var name in options.Names)
        {
            var watch = Stopwatch.StartNew();
            var verdict = await Checks[name](options);
            verdict.Tell($"{watch.Elapsed.TotalSeconds:0} s");
            Console.WriteLine($"{(verdict.Passed ? "PASS" : "FAIL")} {name}: {verdict.Figures}");
            foreach (var failure in verdict.Failures)
            {
                Console.WriteLine($"  - {failure}");
            }

            failed += verdict.Passed ? 0 : 1;
        }

        return failed == 0 ? 0 : 1;
    }
}
