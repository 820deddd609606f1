using TenantKit.Orchestration;
using TenantKit.Orchestration.Processes;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Orchestration;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ProcessOrchestratorTests : ProcessSuiteBase
{
    [Fact]
    public async Task EnsureAsync_Instance_GetsItsEnvironmentAndNothingOfTheHosts()
    {
        Environment.SetEnvironmentVariable("TenantKit__BootstrapAdmin__Password", "hush-hush");
        Harness.Options.Environment["FROM_OPTIONS"] = "options";
        var spec = Spec("pwd; tr '\\0' '\\n' </proc/$$/environ; cat \"$TENANTKIT_KEY_FILE\"; echo; echo END; " + Idle) with
        {
            Environment = new Dictionary<string, string> { ["USER_ID"] = "u1", ["PORT"] = "1", ["odd.name"] = "odd value" },
        };
        var instance = Assert.Single((await Harness.Orchestrator.EnsureAsync(spec, Token)).Instances);

        await UntilAsync(async () => (await ReadLogsAsync()).Exists(static line => line.Text == "END"), "the app printed its environment");
        var lines = (await ReadLogsAsync()).ConvertAll(static line => line.Text);

        var port = instance.Endpoint!.Split(':')[1];
        Assert.DoesNotContain(lines, static line => line.Contains("hush-hush", StringComparison.Ordinal));
        Assert.Superset(
            new HashSet<string>
            {
                "USER_ID=u1", "FROM_OPTIONS=options", "odd.name=odd value", $"PORT={port}", $"ASPNETCORE_URLS=http://127.0.0.1:{port}",
                $"TENANTKIT_TENANT_ID={TenantId}", "TENANTKIT_TENANT_NAME=acme", $"TENANTKIT_INSTANCE_ID={instance.Id}",
                $"TENANTKIT_DATA_DIR={UnitFolder}/data", $"{UnitFolder}/data", "TENANTKIT_REGISTRATION_URL=http://127.0.0.1:5082",
            },
            lines.ToHashSet());
        Assert.Contains(Convert.ToHexStringLower(Harness.Credentials.GetKey(TenantId, instance.Id)), lines);
    }

    [Fact]
    public async Task EnsureAsync_Files_AreTheHostUsersAlone()
    {
        var (instance, _) = await StartAsync(Idle);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{UnitFolder}/run/{instance.Id}.key"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode($"{UnitFolder}/data"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode($"{Harness.Directory}/units"));

        await Harness.Orchestrator.SleepAsync(Unit, TimeSpan.FromSeconds(10), Token);
        Assert.Empty(Directory.GetFiles($"{UnitFolder}/run"));
    }

    [Theory]
    [InlineData("/no/such/program")]
    [InlineData("no-such-program-anywhere")]
    [InlineData("./relative")]
    [InlineData("/etc/passwd")]
    public async Task EnsureAsync_CommandThatCannotRun_FailsForGoodAndLeavesNothing(string command)
    {
        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Harness.Orchestrator.EnsureAsync(Spec("") with { Command = [command] }, Token));

        Assert.Equal(StatusReasons.CommandNotFound, error.Reason);
        Assert.False(error.IsTransient);
        Assert.False(Directory.Exists(UnitFolder));
    }

    [Fact]
    public async Task EnsureAsync_ImageOfTheCatalogue_RunsItsCommand()
    {
        Harness.Options.Images["business-app:latest"] = ["sh", "-c", "echo from the catalogue"];
        await Harness.Orchestrator.EnsureAsync(Spec("") with { Image = "business-app:latest", Command = [] }, Token);

        await UntilAsync(async () => (await ReadLogsAsync()).Exists(static line => line.Text == "from the catalogue"), "the command's output");
        Assert.True((await Harness.Orchestrator.ResolveImageAsync("business-app:latest", [], Token)).Found);
    }

    [Fact]
    public async Task EnsureAsync_CommandsSwitchedOff_RefusesTemplatesCommands()
    {
        Harness.Options.AllowCommands = false;

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Harness.Orchestrator.EnsureAsync(Spec(Idle), Token));

        Assert.Equal(StatusReasons.CommandNotFound, error.Reason);
        Assert.Equal("Commands in templates are switched off here. Use an image of the catalogue, or set TenantKit:Processes:AllowCommands to true.", error.Message);
    }

    [Fact]
    public async Task EnsureAsync_FolderOfAnotherUnit_IsNotTouched()
    {
        await StartAsync(Idle);

        var error = await Assert.ThrowsAsync<OrchestratorException>(() =>
            Harness.Orchestrator.EnsureAsync(Spec(Idle) with { Unit = Unit with { Name = "other" } }, Token));

        Assert.Equal(StatusReasons.NameConflict, error.Reason);
        Assert.True((await ObserveAsync()).HasCompute);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".trash")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public async Task EnsureAsync_IdThatIsNoFolderName_IsRefused(string tenantId)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Harness.Orchestrator.EnsureAsync(Spec(Idle) with { Unit = new UnitRef(tenantId, "x") }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Harness.Orchestrator.DeleteAsync(new UnitRef(tenantId, "x"), deleteData: true, TimeSpan.Zero, Token));
    }

    [Fact]
    public async Task SleepAsync_AppWithChildren_EndsThemAll()
    {
        var (instance, pid) = await StartAsync("sleep 1000 & (setsid sleep 1001 &) ; sh -c 'trap \"\" TERM; while :; do sleep 0.1; done' & trap 'exit 0' TERM; wait");
        await UntilAsync(() => ProcessTable.All().Count(process => process.Session == pid) >= 3, "the children started");

        await Harness.Orchestrator.SleepAsync(Unit, TimeSpan.FromSeconds(10), Token);

        Assert.DoesNotContain(ProcessTable.All(), process => process.Session == pid && process.IsAlive);
        // By the instance: other tests run tenants of the same id at the same time.
        foreach (var escaped in ProcessTable.All().Where(process => ProcessTable.Variable(process.Pid, "TENANTKIT_INSTANCE_ID") == instance.Id).ToList())
        {
            Assert.Fail($"Process {escaped.Pid} of the instance is left.");
        }
    }

    [Fact]
    public async Task DeleteAsync_HalfMadeUnit_IsRemoved()
    {
        await Harness.Orchestrator.SleepAsync(Unit, TimeSpan.Zero, Token);
        Directory.CreateDirectory($"{UnitFolder}/data/deep");
        await File.WriteAllTextAsync($"{UnitFolder}/data/deep/file", "x", Token);
        File.CreateSymbolicLink($"{UnitFolder}/data/link", Harness.Directory);

        await Harness.Orchestrator.DeleteAsync(Unit, deleteData: true, TimeSpan.Zero, Token);

        Assert.False(Directory.Exists(UnitFolder));
        Assert.Empty(Directory.GetDirectories($"{Harness.Directory}/units/.trash"));
        Assert.True(Directory.Exists(Harness.Directory));
    }

    [Fact]
    public async Task EnsureAsync_DataDirectoryThatCannotBeWritten_SaysWhatToDo()
    {
        await Harness.Orchestrator.SleepAsync(Unit, TimeSpan.Zero, Token);
        await File.WriteAllTextAsync(UnitFolder, "a file in the way", Token);

        var error = await Assert.ThrowsAsync<OrchestratorException>(() => Harness.Orchestrator.EnsureAsync(Spec(Idle), Token));

        Assert.True(error.IsTransient);
        Assert.Contains(Harness.Directory, error.Message, StringComparison.Ordinal);
        File.Delete(UnitFolder);
        Assert.True((await Harness.Orchestrator.EnsureAsync(Spec(Idle), Token)).HasCompute);
    }

    [Fact]
    public async Task ReadUsageAsync_BusyApp_TellsCpuMemoryAndStorage()
    {
        await StartAsync("head -c 300000 /dev/zero >file; trap 'exit 0' TERM; while :; do :; done");
        await Harness.Orchestrator.ReadUsageAsync(Unit, Token);

        await UntilAsync(async () => (await Harness.Orchestrator.ReadUsageAsync(Unit, Token)) is { Instances: [{ CpuMillicores: > 50, MemoryBytes: > 0 }], StorageBytes: 300_000 }, "usage");
    }

    [Fact]
    public async Task ReadLogsAsync_LineWithItsOwnTime_KeepsIt()
    {
        await StartAsync("echo '2020-01-02T03:04:05Z first of all'; echo END; " + Idle);
        await UntilAsync(async () => (await ReadLogsAsync()).Exists(static line => line.Text == "END"), "the line");

        var line = (await ReadLogsAsync()).Single(static line => line.Text.EndsWith("first of all", StringComparison.Ordinal));

        Assert.Equal(new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero), line.At);
    }

    [Fact]
    public async Task ReadLogsAsync_FullLog_IsRotatedAndNothingOfItsEndIsLost()
    {
        Harness.Options.MaxLogBytes = 4096;
        var (instance, _) = await StartAsync("i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo line-$i-0123456789012345678901234567890; done; echo END1; while [ ! -e go ]; do sleep 0.05; done; echo END2; " + Idle);
        var log = $"{UnitFolder}/logs/{instance.Id}.log";
        await UntilAsync(() => File.Exists(log + ".1"), "the rotation");
        await File.WriteAllTextAsync($"{UnitFolder}/data/go", "", Token);

        await UntilAsync(async () => (await ReadLogsAsync()).Exists(static line => line.Text == "END2"), "the end");
        var lines = (await ReadLogsAsync()).ConvertAll(static line => line.Text);

        Assert.Equal(["line-200-0123456789012345678901234567890", "END1", "END2"], lines[^3..]);
        Assert.True(new FileInfo(log).Length < 4096);
    }

    [Fact]
    public async Task RunCommandAsync_Cancelled_KillsTheCommand()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = Harness.Orchestrator.RunCommandAsync(Spec(Idle), ProcessHarness.Script("echo $$ >pid; sleep 1000; echo"), cancel.Token);
        await UntilAsync(() => File.Exists($"{UnitFolder}/data/pid") && File.ReadAllText($"{UnitFolder}/data/pid").EndsWith('\n'), "the command started");
        var pid = int.Parse(await File.ReadAllTextAsync($"{UnitFolder}/data/pid", Token), System.Globalization.CultureInfo.InvariantCulture);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilAsync(() => !IsAlive(pid), "the command is gone");
    }

    [Fact]
    public async Task ObserveAsync_ThousandSleepingUnits_CostNothingButFolders()
    {
        await Harness.Orchestrator.SleepAsync(Unit, TimeSpan.Zero, Token);
        for (var i = 0; i < 1000; i++)
        {
            var id = $"01sleeper{i:0000}";
            await Harness.Orchestrator.EnsureAsync(Spec(Idle, replicas: 0) with { Unit = new UnitRef(id, "user-" + id) }, Token);
        }

        await Harness.RestartAsync();

        var count = 0;
        await foreach (var unit in Harness.Orchestrator.ListAsync(Token))
        {
            Assert.True(unit is { HasCompute: false, HasData: true });
            count++;
        }

        Assert.Equal(1000, count);
        Assert.Empty(Harness.Processes.Live);
    }
}
