using TenantKit.LoadChecks.App;
using TenantKit.LoadChecks.Hosting;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.ControlDown;

/// <summary>
/// The control plane is killed and stays away for ten minutes. Meanwhile one of two gateways is stopped and started, then killed and started, and one
/// of a tenant's two instances is killed. Tenants that are awake are served all the time; one that sleeps is refused until the control plane is back.
/// </summary>
internal static class ControlDownCheck
{
    private const double PerSecond = 60;
    private const double FullMinutes = 10;
    private const double QuickMinutes = 0.5;
    private static readonly TimeSpan Back = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static async Task<Verdict> RunAsync(CheckOptions options)
    {
        // Local processes outlive the admin host only for so long.
        var settings = new Dictionary<string, string> { ["TenantKit:Processes:WatchdogGrace"] = "01:00:00", ["TenantKit:Gateway:HoldTimeout"] = "00:00:05" };
        await using var installation = await Installation.StartAsync(options, gateways: 2, settings);
        await installation.Admin.CreateTemplateAsync("one", Apps.Ledger, Apps.Awake(1));
        await installation.Admin.CreateTemplateAsync("two", Apps.Ledger, Apps.Awake(2));
        var warm = new List<TenantUser>();
        foreach (var (name, template) in ((string, string)[])[("warm-1", "one"), ("warm-2", "one"), ("warm-3", "two")])
        {
            warm.Add(await installation.Admin.CreateTenantAsync(name, template));
        }

        var dormant = await installation.Admin.CreateTenantAsync("dormant", "one");
        await installation.Admin.CommandAsync(dormant.UserId, "stop", wait: 60);
        var before = TenantProcesses.Of(installation.DataDirectory).Select(static process => process.Id).ToHashSet();
        var minutes = options.Minutes ?? (options.Quick ? QuickMinutes : FullMinutes);
        var load = new BalancedLoad(installation.Gateways, PerSecond, options.Seed, [.. warm.Select(static tenant => tenant.Token)]);
        using var done = new CancellationTokenSource();
        var loading = load.RunAsync(done.Token);
        var verdict = new Verdict();

        await installation.KillAdminAsync();
        await LiveWithoutAsync(installation, TimeSpan.FromMinutes(minutes), dormant, warm[^1], verdict);
        var after = TenantProcesses.Of(installation.DataDirectory).Select(static process => process.Id).ToHashSet();
        await installation.StartAdminAsync();
        using (var client = new Client(installation.Gateways[1].Port))
        {
            var answer = await UntilServedAsync(client, dormant);
            verdict.Require(answer.Status == 200, $"The sleeping tenant was not woken after the control plane came back: {answer.Describe()}");
        }

        for (var until = DateTimeOffset.UtcNow + Back; (await installation.Admin.ReadyInstancesAsync(warm[^1].UserId)).Count < 2 && DateTimeOffset.UtcNow < until;)
        {
            await Task.Delay(Pause);
        }

        verdict.Require((await installation.Admin.ReadyInstancesAsync(warm[^1].UserId)).Count == 2, $"The instance that was killed meanwhile was not replaced.");
        await done.CancelAsync();
        await loading;
        var failures = new Tally();
        foreach (var outcome in load.Troubled)
        {
            failures.Add($"{outcome.Call.Kind}: {outcome.What}");
        }

        before.ExceptWith(after);
        var deliveries = Ledger.Read(installation.DataDirectory);
        var twice = deliveries.Count(pair => pair.Value > 1 && !load.CallOf(pair.Key).IsIdempotent);
        verdict.Tell($"control plane away for {minutes} minutes, {load.Count:N0} requests to {warm.Count} tenants, failed: {failures}, {load.MovedOn} went to the other gateway, {before.Count} of the tenants' processes ended meanwhile (1 was killed)");

        // What the killed gateway and the killed instance had of a POST without a key, nobody may send again.
        var unexcused = load.Troubled.Count(static outcome => outcome.Call.IsIdempotent || !(outcome.What.StartsWith("connection", StringComparison.Ordinal) || outcome.What.StartsWith("502", StringComparison.Ordinal)));
        verdict.Require(unexcused == 0, $"{unexcused} requests failed.");
        verdict.Require(before.Count == 1, $"{before.Count} processes of tenants ended while the control plane was away.");
        verdict.Require(twice == 0, $"{twice} POSTs without a key came to an app more than once.");
        return verdict;
    }

    private static async Task LiveWithoutAsync(Installation installation, TimeSpan away, TenantUser dormant, TenantUser pair, Verdict verdict)
    {
        var gateway = installation.Gateways[1];
        await Task.Delay(away * 0.4);
        await gateway.StopAsync();
        await gateway.StartAsync();
        await Task.Delay(away * 0.2);
        await gateway.KillAsync();
        await gateway.StartAsync();
        await Task.Delay(away * 0.2);
        Signals.Kill(TenantProcesses.Of(installation.DataDirectory).First(process => Directory.Exists(Path.Combine(installation.DataDirectory, "units", pair.TenantId))
            && File.ReadAllText($"/proc/{process.Id}/environ").Contains(pair.TenantId, StringComparison.Ordinal)).Id);
        await Task.Delay(away * 0.2);
        using var client = new Client(gateway.Port);
        var answer = await client.SendAsync(RequestBytes.Make("GET", "/item", "127.0.0.1", dormant.Token));
        verdict.Require(answer.IsRefusal, $"The sleeping tenant's user got {answer.Describe()} while the control plane was away.");
    }

    private static async Task<Answer> UntilServedAsync(Client client, TenantUser tenant)
    {
        for (var until = DateTimeOffset.UtcNow + Back; ;)
        {
            var answer = await client.SendAsync(RequestBytes.Make("GET", "/item", "127.0.0.1", tenant.Token));
            if (!answer.IsRefusal || DateTimeOffset.UtcNow > until)
            {
                return answer;
            }

            await Task.Delay(Pause);
        }
    }
}
