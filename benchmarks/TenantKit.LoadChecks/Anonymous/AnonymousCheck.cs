using System.Diagnostics;
using System.Net.Sockets;
using TenantKit.LoadChecks.Hosting;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Anonymous;

/// <summary>A million requests of strangers to ten thousand sleeping tenants: none is started, and each request is refused.</summary>
internal static class AnonymousCheck
{
    private const int Connections = 64;

    public static async Task<Verdict> RunAsync(CheckOptions options)
    {
        var (tenants, count) = (options.Quick ? 1_000 : 10_000, options.CountOr(full: 1_000_000, quick: 50_000));
        await using var installation = await Installation.StartAsync(options, gateways: 1, prepare: folder => Sleepers.AddAsync(folder, tenants, Apps.Ledger));
        await installation.Admin.CreateTemplateAsync("awake", Apps.Ledger, Apps.Awake(1));
        var foreign = await installation.Admin.CreateTenantAsync("foreign", "awake");
        var gateway = installation.Gateways[0];
        var calls = new StrangerCalls(gateway.Port, foreign.Token);
        var (answers, lost, next, watch) = (new Tally(), new Tally(), 0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var client = new Client(gateway.Port);
            while (Interlocked.Increment(ref next) is var number && number <= count)
            {
                try
                {
                    var kind = number % StrangerCalls.Kinds;
                    var answer = await client.SendAsync(calls.Make(kind, Sleepers.Name(number / StrangerCalls.Kinds % tenants)), isHead: kind == 3);
                    answers.Add(answer.Describe());
                }
                catch (Exception exception) when (exception is SocketException or ConnectionLostException)
                {
                    lost.Add(exception.Message);
                }
            }
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        var phases = await installation.Admin.CountPhasesAsync();
        var wakes = await gateway.ReadCounterAsync("tenantkit_gateway_wakes");
        var processes = TenantProcesses.Of(installation.DataDirectory).Count;
        var units = Directory.GetDirectories(Path.Combine(installation.DataDirectory, "units")).Count(static folder => !Path.GetFileName(folder).StartsWith('.'));

        var verdict = new Verdict();
        verdict.Tell($"{count:N0} requests to {tenants:N0} sleeping tenants ({answers}), {count / seconds:N0} a second, {wakes} wakes asked for, {units - 1} units started");
        verdict.Require(lost.Total == 0, $"{lost.Total} requests were not answered: {lost}");
        verdict.Require(wakes == 0, $"The gateway asked for {wakes} wakes.");
        verdict.Require(processes == 1 && units == 1, $"{processes} processes and {units} units are there; one of each, the stranger's own, should be.");
        verdict.Require(phases.GetValueOrDefault("sleeping") == tenants, $"Of {tenants} tenants {phases.GetValueOrDefault("sleeping")} are asleep.");
        var expected = answers["302"] + answers["303"] + answers["401"] + answers["401 sign_in_required"] + answers["401 invalid_token"] + answers["403 not_your_tenant"] + answers["503 tenant_asleep"];
        verdict.Require(expected + lost.Total == count, $"Some answers are no refusals: {answers}");
        return verdict;
    }
}
