using System.Diagnostics;
using System.Globalization;
using TenantKit.LoadChecks.Hosting;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Failover;

/// <summary>Breaks the instances of a tenant one after the other, each time in another way, and waits between until all of them are back.</summary>
internal sealed class FaultLoop(Installation installation, TenantUser tenant, int replicas, CheckOptions options)
{
    private static readonly string[] All = ["kill", "freeze", "slow", "freeze and kill", "restart", "terminate", "long freeze"];
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Freeze = TimeSpan.FromSeconds(3);

    // Longer than a gateway waits for an answer.
    private static readonly TimeSpan LongFreeze = TimeSpan.FromSeconds(35);

    private readonly List<FaultWindow> windows = [];

    public IReadOnlyList<FaultWindow> Windows => windows;

    public Tally Done { get; } = new();

    /// <summary>How often the instances were not all back in time, so that the next fault met fewer.</summary>
    public int Overlapped { get; private set; }

    public async Task RunAsync(CancellationToken done)
    {
        for (var round = 0; !done.IsCancellationRequested; round++)
        {
            foreach (var fault in options.Faults?.Split(',') ?? All)
            {
                if (done.IsCancellationRequested || (options.Faults is null && fault == "long freeze" && (options.Quick || round % 2 == 1)))
                {
                    continue;
                }

                await RecoverAsync(await BreakAsync(fault, round), done);
            }
        }
    }

    /// <returns>The instance that does not come back, but another one in its place; null where it does.</returns>
    private async Task<string?> BreakAsync(string fault, int round)
    {
        var instances = await installation.Admin.ReadyInstancesAsync(tenant.UserId);
        if (instances.Count == 0)
        {
            return null;
        }

        var (id, endpoint) = instances[(round + Done.Total) % instances.Count];
        var process = TenantProcesses.Of(installation.DataDirectory).Find(process => process.InstanceId == id).Id;
        if (process == 0)
        {
            return null; // It has just ended by itself; a signal to 0 would be one to ourselves.
        }

        var from = DateTimeOffset.UtcNow;
        switch (fault)
        {
            case "kill":
                Signals.Kill(process);
                break;
            case "freeze":
                await FreezeAsync(process, Freeze);
                break;
            case "long freeze":
                await FreezeAsync(process, LongFreeze);
                break;
            case "freeze and kill":
                Signals.Freeze(process);
                await Task.Delay(Freeze);
                Signals.Kill(process);
                break;
            case "terminate":
                Signals.Terminate(process);
                break;
            case "slow":
                await SlowAsync(endpoint, by: TimeSpan.FromSeconds(1), lasts: Freeze);
                break;
            case "none":
                await Task.Delay(Freeze);
                break;
            case "restart":
                await installation.Admin.CommandAsync(tenant.UserId, "restart", wait: 60);
                break;
        }

        windows.Add(new FaultWindow(fault, from, DateTimeOffset.UtcNow));
        Done.Add(fault);
        return fault is "kill" or "freeze and kill" or "terminate" ? id : null;
    }

    private static async Task FreezeAsync(int process, TimeSpan lasts)
    {
        Signals.Freeze(process);
        await Task.Delay(lasts);
        Signals.Continue(process);
    }

    private static async Task SlowAsync(string endpoint, TimeSpan by, TimeSpan lasts)
    {
        using var http = new HttpClient();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://{endpoint}/fault/slow?by={by.TotalMilliseconds}&for={lasts.TotalMilliseconds}");
        using var answer = await http.PostAsync(new Uri(address), null);
        await Task.Delay(lasts);
    }

    // One that was told to end is ready until it has: the next fault would meet an instance that is still going.
    private async Task RecoverAsync(string? gone, CancellationToken done)
    {
        for (var watch = Stopwatch.StartNew(); !done.IsCancellationRequested; await Task.Delay(Pause, CancellationToken.None))
        {
            var ready = await installation.Admin.ReadyInstancesAsync(tenant.UserId);
            if (ready.Count >= replicas && ready.TrueForAll(instance => instance.Id != gone))
            {
                return;
            }

            if (watch.Elapsed > Recovery)
            {
                Overlapped++;
                return;
            }
        }
    }
}
