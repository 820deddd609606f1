using TenantKit.LoadChecks.Hosting;

namespace TenantKit.LoadChecks.Cycles;

/// <summary>Ten thousand times asleep and awake again, with apps that crash: each request is answered by the app or refused with <c>Retry-After</c>.</summary>
internal static class CyclesCheck
{
    private const int CheapTenants = 48;
    private const int WholeTenants = 3;
    private const int WholeShare = 50;

    public static async Task<Verdict> RunAsync(CheckOptions options)
    {
        var settings = new Dictionary<string, string> { ["TenantKit:MaxConcurrentStarts"] = "32", ["TenantKit:Gateway:RetryAfter"] = "00:00:01", ["TenantKit:Processes:KeptLogs"] = "1" };
        await using var installation = await Installation.StartAsync(options, gateways: 1, settings);
        await installation.Admin.CreateTemplateAsync("cheap", SleepyApps.Cheap, SleepyApps.CheapTemplate);
        await installation.Admin.CreateTemplateAsync("whole", SleepyApps.Whole, SleepyApps.WholeTemplate);
        var target = options.CountOr(full: 10_000, quick: 300);
        var longest = options.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeSpan.MaxValue;
        var (cheap, whole) = (new CycleCount(target, longest), new CycleCount(target / WholeShare, longest));
        await Task.WhenAll(CycleAsync(installation, "cheap", CheapTenants, cheap, options.Seed), CycleAsync(installation, "whole", WholeTenants, whole, options.Seed + 1));

        var verdict = new Verdict();
        Judge(verdict, $"{CheapTenants} tenants with a BusyBox page", cheap);
        Judge(verdict, $"{WholeTenants} with a .NET app and the agent", whole);
        return verdict;
    }

    private static async Task CycleAsync(Installation installation, string template, int tenants, CycleCount count, int seed)
    {
        var random = new Random(seed);
        await Task.WhenAll(Enumerable.Range(0, tenants).Select(number => (number, new Random(random.Next()))).Select(async each =>
        {
            var tenant = await installation.Admin.CreateTenantAsync($"{template}-{each.number}", template);
            await new CyclingTenant(installation, tenant, each.Item2, count).RunAsync();
        }));
    }

    private static void Judge(Verdict verdict, string who, CycleCount count)
    {
        verdict.Tell($"{who}: {count.Cycles:N0} cycles, {count.Answers:N0} requests answered, {count.Refusals.Total} refused with Retry-After ({count.Refusals}), failed: {count.Failures}");
        verdict.Require(count.Failures.Total == 0, $"{who}: {count.Failures.Total} requests got neither an answer nor Retry-After.");
    }
}
