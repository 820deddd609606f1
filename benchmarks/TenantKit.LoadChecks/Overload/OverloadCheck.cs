using System.Diagnostics;
using System.Globalization;
using TenantKit.LoadChecks.Hosting;

namespace TenantKit.LoadChecks.Overload;

/// <summary>
/// One tenant has all the requests in flight that it may have, half as many again wait at the door, and more keep coming; the others' 99th percentile
/// moves by less than a fifth.
/// </summary>
/// <remarks>
/// Calm and overloaded phases take turns in one run, the one or the other first; each round gives a ratio, and the median of these counts. The gateway
/// has one core for itself; clients and apps have the other one, and the overload is limited to so many requests a second there and comes from a
/// process that gets only what time the others leave: so what moves is what the gateway does with the overload, not that the machine has no more
/// processors.
/// </remarks>
internal static class OverloadCheck
{
    private const int Tenants = 4;
    private const double NeighboursPerSecond = 300;
    private const int RefusedPerSecond = 5_000;
    private const double Limit = 1.2;
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    public static async Task<Verdict> RunAsync(CheckOptions options)
    {
        var rounds = options.Quick ? 4 : 15;
        var own = Process.GetCurrentProcess();
        var affinity = own.ProcessorAffinity;
        await using var installation = await Installation.StartAsync(options, gateways: 1, cores: (0, 1));
        await installation.Admin.CreateTemplateAsync("one", Apps.Ledger, Apps.Awake(1));
        var tenants = new List<TenantUser>();
        for (var number = 0; number <= Tenants; number++)
        {
            tenants.Add(await installation.Admin.CreateTenantAsync($"overload-{number}", "one"));
        }

        var gateway = installation.Gateways[0];
        using var attack = StartAttack(gateway.Port, tenants[0], options.Count ?? RefusedPerSecond);
        own.ProcessorAffinity = 0b10;
        try
        {
            var neighbours = new Neighbours(gateway.Port, tenants[1..], NeighboursPerSecond);
            await neighbours.MeasureAsync(Phase);
            var (calm, loaded, got) = (new List<double>(), new List<double>(), "nothing");
            var (calmTime, loadedTime) = (TimeSpan.Zero, TimeSpan.Zero);
            for (var round = 0; round < rounds; round++)
            {
                foreach (var isCalm in round % 2 == 0 ? (bool[])[true, false] : [false, true])
                {
                    await attack.StandardInput.WriteLineAsync(isCalm ? "off" : "on");
                    await Task.Delay(isCalm ? Settle + Settle : Settle);
                    var used = gateway.Process!.ProcessorTime;
                    var times = await neighbours.MeasureAsync(Phase);
                    used = gateway.Process.ProcessorTime - used;
                    (isCalm ? calm : loaded).Add(times[(int)(times.Length * 0.99)]);
                    _ = isCalm ? calmTime += used : loadedTime += used;
                    if (isCalm)
                    {
                        got = await attack.StandardOutput.ReadLineAsync() is { Length: > 0 } line && line != "none" ? line : got;
                    }
                }
            }

            return Judge(calm, loaded, got, neighbours, calmTime / rounds / Phase, loadedTime / rounds / Phase);
        }
        finally
        {
            own.ProcessorAffinity = affinity;
            attack.Kill();
        }
    }

    private static Verdict Judge(List<double> calm, List<double> loaded, string got, Neighbours neighbours, double calmShare, double loadedShare)
    {
        var ratios = calm.Zip(loaded, static (before, during) => during / before).Order().ToList();
        var verdict = new Verdict();
        verdict.Tell($"{calm.Count} rounds; the others' p99 {Median(calm):0.00} ms calm, {Median(loaded):0.00} ms beside the overload, median of the rounds' ratios {Median(ratios):0.000} ({ratios[0]:0.000} – {ratios[^1]:0.000})");
        verdict.Tell($"the gateway used {calmShare:P0} of its core calm and {loadedShare:P0} beside the overload, which got {got} in a phase, the others failed: {neighbours.Failures}");
        verdict.Require(Median(ratios) < Limit, $"The others' p99 moved by a factor of {Median(ratios):0.000}.");
        verdict.Require(neighbours.Failures.Total == 0, $"{neighbours.Failures.Total} requests of the others failed.");
        verdict.Require(got.Contains("tenant_overloaded", StringComparison.Ordinal), $"The tenant was not overloaded: {got}");
        return verdict;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static Process StartAttack(int port, TenantUser tenant, int perSecond) => Process.Start(new ProcessStartInfo(
        "chrt", ["--idle", "0", "taskset", "-c", "1", "dotnet", typeof(OverloadCheck).Assembly.Location, "attack", port.ToString(CultureInfo.InvariantCulture), tenant.Token, perSecond.ToString(CultureInfo.InvariantCulture)])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
