using System.Diagnostics;
using System.Globalization;
using TenantKit.Orchestration;
using TenantKit.Orchestration.Processes;
using TenantKit.Storage;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class ProcessRecoveryTests : ProcessSuiteBase
{
    private const string DirectoryVariable = "TENANTKIT_TEST_HOST_DIRECTORY";
    private const string GraceVariable = "TENANTKIT_TEST_HOST_GRACE";

    /// <summary>Not a test by itself: the host that the tests below run as another process, and kill.</summary>
    [Fact(Explicit = true)]
    public async Task HostProcess()
    {
        var directory = Environment.GetEnvironmentVariable(DirectoryVariable);
        Assert.SkipWhen(directory is null, "Runs only as another test's host.");
        await using var host = new ProcessHarness(directory) { Options = { WatchdogGrace = TimeSpan.Parse(Environment.GetEnvironmentVariable(GraceVariable)!, CultureInfo.InvariantCulture) } };
        await host.Orchestrator.EnsureAsync(Spec(Idle, replicas: 2), Token);
        await File.WriteAllTextAsync(Path.Combine(directory, "ready"), "", Token);
        await Task.Delay(Timeout.Infinite, Token);
    }

    [Fact]
    public async Task OpenAsync_AfterKill9OfTheHost_AdoptsTheSameProcesses()
    {
        using (var host = await StartHostAsync(grace: "00:05:00"))
        {
            host.Kill();
            await host.WaitForExitAsync(Token);
        }

        var adopted = await ObserveAsync();

        Assert.Equal(2, adopted.Instances.Count(static instance => instance.State == RuntimeState.Running));
        var pids = adopted.Instances.Select(static instance => ProcessHarness.FindPid(instance.Id)).ToList();
        Assert.Equal(pids.Order(), Harness.Processes.Live.Select(static instance => instance.Record.Pid).Order());
        Assert.Equal(adopted.Instances.Select(static instance => instance.Id), (await Harness.Orchestrator.EnsureAsync(Spec(Idle, replicas: 2), Token)).Instances.Select(static instance => instance.Id));

        Signals.Send(pids[0], Signals.Kill);
        await UntilAsync(async () => (await ObserveAsync()).Instances.Count(static instance => instance.State == RuntimeState.Exited) == 1, "the end of an adopted instance is seen");
        await Harness.Orchestrator.SleepAsync(Unit, TimeSpan.FromSeconds(10), Token);
        Assert.All(pids, static pid => Assert.False(IsAlive(pid)));
    }

    [Fact]
    public async Task Watchdog_HostGoneForGood_EndsTheTenants()
    {
        using var host = await StartHostAsync(grace: "00:00:02");
        var members = Marked();
        Assert.True(members.Count >= 2);

        host.Kill();
        await host.WaitForExitAsync(Token);

        Assert.Contains(members, static process => IsAlive(process.Pid));
        await UntilAsync(() => !members.Exists(static process => ProcessTable.IsAlive(process.Pid, process.StartTicks)), "the watchdog ended the tenants");
        await UntilAsync(() => Watchdog() is not { } pid || !IsAlive(pid), "the watchdog ended itself");
        Assert.All((await ObserveAsync()).Instances, static instance => Assert.Equal(RuntimeState.Exited, instance.State));
    }

    [Fact]
    public async Task Watchdog_Killed_IsStartedAgain()
    {
        Harness.Options.WatchdogGrace = TimeSpan.FromSeconds(2);
        await StartAsync(Idle);
        var first = Watchdog()!.Value;

        Signals.Send(first, Signals.Kill);

        await UntilAsync(() => Watchdog() is { } second && second != first && IsAlive(second), "another watchdog");
    }

    [Fact]
    public async Task Watchdog_SuccessorWithinTheGrace_InterruptsNothing()
    {
        // Long enough that a host which gets no processor for seconds, beside all that the other tests do, still renews its lease in time.
        Harness.Options.WatchdogGrace = TimeSpan.FromSeconds(10);
        var (_, pid) = await StartAsync(Idle);
        var watchdog = Watchdog();
        await Harness.RestartAsync();
        await ObserveAsync();
        Assert.Equal(watchdog, Watchdog());

        var since = Stopwatch.GetTimestamp();
        await UntilAsync(() => Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(12), "longer than the grace");

        Assert.True(IsAlive(pid));
    }

    [Fact]
    public async Task ShutDownAsync_RunningTenants_EndsThemAndTheWatchdog()
    {
        var (_, pid) = await StartAsync(Idle);
        var watchdog = Watchdog()!.Value;

        await Harness.Processes.ShutDownAsync(Token);

        Assert.False(IsAlive(pid));
        await UntilAsync(() => !IsAlive(watchdog), "the watchdog ended");
        await Assert.ThrowsAsync<OrchestratorException>(() => Harness.Orchestrator.EnsureAsync(Spec(Idle), Token));
        await Harness.RestartAsync();
        Assert.Empty((await ObserveAsync()).Instances);
    }

    [Fact]
    public async Task OpenAsync_RecordWithoutItsProcessNumber_IsFoundByItsMarker()
    {
        var (instance, pid) = await StartAsync(Idle);
        await Harness.AbandonAsync();
        var file = $"{UnitFolder}/run/{instance.Id}.json";
        var record = PrivateFiles.ReadJson(file, ProcessJson.Default.InstanceRecord)!;
        PrivateFiles.WriteJson(file, record with { Pid = 0, StartTicks = 0, BootId = null, StartedAt = null }, ProcessJson.Default.InstanceRecord);
        File.Delete($"{UnitFolder}/run/{instance.Id}.pid");

        Harness.Open();

        Assert.Equal(RuntimeState.Running, Assert.Single((await ObserveAsync()).Instances).State);
        Assert.Equal(pid, Assert.Single(Harness.Processes.Live).Record.Pid);
    }

    [Fact]
    public async Task OpenAsync_IntentWithoutProcess_IsForgotten()
    {
        await StartAsync(Idle);
        await Harness.AbandonAsync();
        var intent = new InstanceRecord { Id = "01neverstarted", RestartEpoch = 1, Fingerprint = "f", Port = 1, CreatedAt = DateTimeOffset.UnixEpoch };
        PrivateFiles.WriteJson($"{UnitFolder}/run/{intent.Id}.json", intent, ProcessJson.Default.InstanceRecord);
        await File.WriteAllTextAsync($"{UnitFolder}/run/{intent.Id}.key", "secret", Token);

        Harness.Open();

        Assert.DoesNotContain((await ObserveAsync()).Instances, instance => instance.Id == intent.Id);
        Assert.False(File.Exists($"{UnitFolder}/run/{intent.Id}.key"));
    }

    [Fact]
    public async Task OpenAsync_ProcessOfAnotherStart_IsNotTakenForOurs()
    {
        var (instance, pid) = await StartAsync(Idle);
        await Harness.AbandonAsync();
        var file = $"{UnitFolder}/run/{instance.Id}.json";
        var record = PrivateFiles.ReadJson(file, ProcessJson.Default.InstanceRecord)!;
        using var stranger = Process.Start("sleep", "1000");
        PrivateFiles.WriteJson(file, record with { Pid = stranger.Id }, ProcessJson.Default.InstanceRecord);

        Harness.Open();

        Assert.Equal(RuntimeState.Exited, Assert.Single((await ObserveAsync()).Instances).State);
        Assert.True(IsAlive(stranger.Id));
        await UntilAsync(() => !IsAlive(pid), "the process that no record fits was ended");
        stranger.Kill();
    }

    [Fact]
    public async Task OpenAsync_RemainderOfADelete_IsSwept()
    {
        await StartAsync(Idle);
        await Harness.Orchestrator.SleepAsync(Unit, TimeSpan.FromSeconds(10), Token);
        await Harness.AbandonAsync();
        Directory.Move(UnitFolder, $"{Harness.Directory}/units/.trash/{TenantId}.01x");
        Directory.CreateDirectory($"{Harness.Directory}/units/.new-01y");

        Harness.Open();

        Assert.Null(await Harness.Orchestrator.ObserveAsync(Unit, Token));
        Assert.Empty(Directory.GetDirectories($"{Harness.Directory}/units/.trash"));
        Assert.False(Directory.Exists($"{Harness.Directory}/units/.new-01y"));
    }

    [Fact]
    public async Task OpenAsync_DirectoryInUse_SaysSo()
    {
        await StartAsync(Idle);
        await using var second = new ProcessHarness(Harness.Directory);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => second.Processes.OpenAsync(Token));

        Assert.Contains("is used by another TenantKit host", error.Message, StringComparison.Ordinal);
    }

    private async Task<Process> StartHostAsync(string grace)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments = [typeof(ProcessRecoveryTests).Assembly.Location, "-method", $"{typeof(ProcessRecoveryTests).FullName}.{nameof(HostProcess)}", "-explicit", "only"];
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment[DirectoryVariable] = Harness.Directory;
        start.Environment[GraceVariable] = grace;
        start.Environment["TMPDIR"] = Harness.Directory; // what the killed host leaves goes with this test
        var host = Process.Start(start)!;
        await UntilAsync(() => File.Exists(Path.Combine(Harness.Directory, "ready")) || host.HasExited, "the host is ready");
        Assert.False(host.HasExited, "the host ended");
        return host;
    }

    private List<ProcessStat> Marked() =>
        [.. ProcessTable.All().Where(process => ProcessTable.Variable(process.Pid, "TENANTKIT_DATA_DIR") == $"{UnitFolder}/data" && process.IsAlive && process.Session == process.Pid)];

    private int? Watchdog()
    {
        var file = $"{Harness.Directory}/units/.watchdog";
        return File.Exists(file) ? int.Parse(File.ReadAllText(file).Split(' ')[1], CultureInfo.InvariantCulture) : null;
    }
}
