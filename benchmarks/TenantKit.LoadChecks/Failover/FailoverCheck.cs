using System.Globalization;
using TenantKit.LoadChecks.App;
using TenantKit.LoadChecks.Hosting;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Failover;

/// <summary>
/// A tenant with three instances under load while they are killed, frozen, slowed, ended and restarted in turn. Nobody sees a failure of a request
/// that does no harm twice; one that does reaches an app once at most, and fails only where an app could have it.
/// </summary>
internal static class FailoverCheck
{
    private const int Replicas = 3;
    private const double PerSecond = 500;
    private const int MostExamples = 20;

    public static async Task<Verdict> RunAsync(CheckOptions options)
    {
        await using var installation = await Installation.StartAsync(options, gateways: 1);
        await installation.Admin.CreateTemplateAsync("three", Apps.Ledger, Apps.Awake(Replicas));
        var tenant = await installation.Admin.CreateTenantAsync("failover", "three");
        var count = options.CountOr(full: 100_000, quick: 10_000);
        var load = new FailoverLoad(installation.Gateways[0].Port, count, PerSecond, options.Seed, tenant.Token);
        var faults = new FaultLoop(installation, tenant, Replicas, options);
        using var done = new CancellationTokenSource();
        var breaking = faults.RunAsync(done.Token);
        await load.RunAsync();
        await done.CancelAsync();
        await breaking;

        var deliveries = Ledger.Read(installation.DataDirectory);
        var verdict = new Verdict();
        verdict.Tell($"{count:N0} requests, {faults.Done.Total} faults ({faults.Done})");
        if (faults.Overlapped > 0)
        {
            verdict.Tell($"{faults.Overlapped} of them before all instances were back");
        }

        Judge(verdict, load, faults, deliveries);
        CountDeliveries(verdict, options.Seed, count, deliveries);
        verdict.Tell($"{await installation.Gateways[0].ReadCounterAsync("tenantkit_gateway_retries_refused")} retries refused for lack of budget");
        verdict.Tell($"slowest {load.Slowest.TotalSeconds:0.0} s");
        return verdict;
    }

    private static void Judge(Verdict verdict, FailoverLoad load, FaultLoop faults, Dictionary<int, int> deliveries)
    {
        var (plain, idempotent, early, unexplained) = (new Tally(), new Tally(), 0, 0);
        foreach (var outcome in load.Troubled)
        {
            if (outcome.Call.IsIdempotent)
            {
                idempotent.Add($"{outcome.Call.Kind}: {outcome.What}");
                continue;
            }

            plain.Add(outcome.What);
            var arrived = deliveries.ContainsKey(outcome.Call.Number);
            var isExcused = outcome.MayBeRepeated ? !arrived : outcome.What.StartsWith("502", StringComparison.Ordinal) || outcome.What.StartsWith("504", StringComparison.Ordinal);
            unexplained += isExcused ? 0 : 1;

            // What a killed app had not read yet was with it all the same; no one can tell, but that can only be while one was being broken.
            early += outcome.MayBeRepeated || arrived || faults.Windows.Any(window => window.Touches(outcome)) ? 0 : 1;
        }

        verdict.Tell($"idempotent ones that failed: {idempotent}");
        verdict.Tell($"POSTs without a key that were not answered by the app: {plain}");
        verdict.Require(idempotent.Total == 0, $"{idempotent.Total} idempotent requests failed: {Group(load, faults)}");
        verdict.Require(unexplained == 0, $"{unexplained} POSTs without a key failed otherwise than by 502 or 504, or were refused although they had reached an app.");
        verdict.Require(early == 0, $"{early} POSTs without a key got 502 or 504 although no instance can have had them.");
    }

    /// <summary>Failures that ended in the same second, with the fault that was on last.</summary>
    private static string Group(FailoverLoad load, FaultLoop faults) => string.Join("; ", load.Troubled.Where(static outcome => outcome.Call.IsIdempotent)
        .GroupBy(static outcome => (Second: outcome.Ended.ToString("HH:mm:ss", CultureInfo.InvariantCulture), outcome.What))
        .OrderBy(static group => group.Key.Second, StringComparer.Ordinal).Take(MostExamples)
        .Select(group => $"{group.Count()} × {group.Key.What} at {group.Key.Second} after {group.Max(static outcome => outcome.Ended - outcome.Began).TotalSeconds:0} s ({Before(faults, group.Max(static outcome => outcome.Ended))})"));

    /// <summary>The fault that was on last at a time, how long it had been, and the one before it: two that meet are too much for one repetition.</summary>
    private static string Before(FaultLoop faults, DateTimeOffset time)
    {
        var begun = faults.Windows.Where(window => window.From <= time).TakeLast(2).ToList();
        return begun is [.., var last]
            ? string.Create(CultureInfo.InvariantCulture, $"{last.Fault} for {(time - last.From).TotalSeconds:0.0} s") + (begun is [var first, _] ? string.Create(CultureInfo.InvariantCulture, $", {(last.From - first.To).TotalSeconds:0.0} s after {first.Fault}") : string.Empty)
            : "no fault";
    }

    private static void CountDeliveries(Verdict verdict, int seed, int count, Dictionary<int, int> deliveries)
    {
        var (plainTwice, thrice, again) = (0, 0, 0);
        for (var number = 1; number <= count; number++)
        {
            var times = deliveries.GetValueOrDefault(number);
            var call = new Call(number, seed, string.Empty, string.Empty);
            plainTwice += times > 1 && !call.IsIdempotent ? 1 : 0;
            thrice += times > 2 ? 1 : 0;
            again += times == 2 ? 1 : 0;
        }

        verdict.Tell($"{again} requests came to an app twice, {plainTwice} of them POSTs without a key");
        verdict.Require(plainTwice == 0, $"{plainTwice} POSTs without a key came to an app more than once.");
        verdict.Require(thrice == 0, $"{thrice} requests came to an app more than twice.");
    }
}
