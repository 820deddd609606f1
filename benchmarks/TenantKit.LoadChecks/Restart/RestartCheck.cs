using System.Diagnostics;
using TenantKit.LoadChecks.App;
using TenantKit.LoadChecks.Hosting;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Restart;

/// <summary>Two gateways under load, each stopped and started again several times, and then killed: who knows both of them sees nothing of it.</summary>
internal static class RestartCheck
{
    private const double PerSecond = 300;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    public static async Task<Verdict> RunAsync(CheckOptions options)
    {
        await using var installation = await Installation.StartAsync(options, gateways: 2);
        await installation.Admin.CreateTemplateAsync("two", Apps.Ledger, Apps.Awake(2));
        var tenant = await installation.Admin.CreateTenantAsync("restart", "two");
        var load = new BalancedLoad(installation.Gateways, PerSecond, options.Seed, [tenant.Token]);
        using var done = new CancellationTokenSource();
        var loading = load.RunAsync(done.Token);
        var rounds = options.CountOr(full: 5, quick: 2);
        var longest = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var gateway in installation.Gateways)
            {
                await Task.Delay(Between);
                var watch = Stopwatch.StartNew();
                await gateway.StopAsync();
                longest = watch.Elapsed > longest ? watch.Elapsed : longest;
                await gateway.StartAsync();
            }
        }

        await Task.Delay(Between);
        var stopped = (load.Count, load.MovedOn, Troubled: load.Troubled.Count);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var gateway in installation.Gateways)
            {
                await Task.Delay(Between);
                await gateway.KillAsync();
                await gateway.StartAsync();
            }
        }

        await Task.Delay(Between);
        await done.CancelAsync();
        await loading;

        var verdict = new Verdict();
        verdict.Tell($"{stopped.Count:N0} requests while gateways were stopped and started {2 * rounds} times (a stop took {longest.TotalSeconds:0.0} s at most), {stopped.Troubled} of them failed, {stopped.MovedOn} went to the other gateway");
        var whenStopped = load.Troubled.Take(stopped.Troubled).ToList();
        verdict.Require(whenStopped.Count == 0, $"Failed at orderly stops: {Sum(whenStopped)}");

        // A POST without a key that a killed gateway had: whether the app has it nobody knows, so nobody sends it again.
        var cut = load.Troubled.Skip(stopped.Troubled).ToList();
        var failed = cut.Where(static outcome => outcome.Call.IsIdempotent || !outcome.What.StartsWith("connection", StringComparison.Ordinal)).ToList();
        verdict.Tell($"{load.Count - stopped.Count:N0} while they were killed {2 * rounds} times, {failed.Count} failed, {cut.Count - failed.Count} POSTs without a key were cut off with their gateway");
        verdict.Require(failed.Count == 0, $"Failed at kills: {Sum(failed)}");

        var twice = Ledger.Read(installation.DataDirectory).Count(pair => pair.Value > 1 && !load.CallOf(pair.Key).IsIdempotent);
        verdict.Require(twice == 0, $"{twice} POSTs without a key came to an app more than once.");
        return verdict;
    }

    private static Tally Sum(IEnumerable<Outcome> outcomes)
    {
        var tally = new Tally();
        foreach (var outcome in outcomes)
        {
            tally.Add($"{outcome.Call.Kind}: {outcome.What}");
        }

        return tally;
    }
}
