using System.ComponentModel;
using System.Diagnostics;
using TenantKit.Orchestration;
using TenantKit.Orchestration.Processes;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class DiskTroubleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(28, StatusReasons.CapacityExhausted, "Writing failed: cause The disk of '/data' is full. Free space, or set TenantKit:DataDirectory to a larger one.")]
    [InlineData(30, StatusReasons.CapacityExhausted, "Writing failed: cause '/data' is read-only. Mount it writable, or set TenantKit:DataDirectory to a folder that is.")]
    [InlineData(24, StatusReasons.CapacityExhausted, "Writing failed: cause The host is out of file descriptors. Raise the limit (ulimit -n).")]
    [InlineData(5, StatusReasons.OrchestratorUnavailable, "Writing failed: cause It is tried again. Look at '/data' if it stays.")]
    public void Explain_ErrorNumber_SaysWhatToDo(int number, string reason, string message)
    {
        var error = DiskTrouble.Explain("Writing", "/data", new IOException("cause", number));

        Assert.Equal((reason, message, true), (error.Reason, error.Message, error.IsTransient));
    }

    [Fact]
    public void Explain_NoProcessLeft_IsCapacity() =>
        Assert.Equal(StatusReasons.CapacityExhausted, DiskTrouble.Explain("Starting", "/data", new Win32Exception(11)).Reason);

    [Fact]
    public void Explain_NoRight_SaysWhatToDo() => Assert.Equal(
        "Writing failed: cause The host's user may not write to '/data'. Give it the right to, or set TenantKit:DataDirectory to a folder of its own.",
        DiskTrouble.Explain("Writing", "/data", new UnauthorizedAccessException("cause")).Message);

    [Fact]
    public async Task EnsureAsync_FullDisk_FailsWithAdviceAndLeavesNothingHalfMade()
    {
        var mount = Directory.CreateTempSubdirectory("tenantkit-test-").FullName;
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=256k,nr_inodes=200", "tmpfs", mount), "Needs the right to mount a small disk.");
        try
        {
            await using var harness = new ProcessHarness(mount);
            await harness.Processes.OpenAsync(Token);
            harness.Credentials.GetKey("t", "i");
            var filler = Path.Combine(mount, "filler");
            await RunAsync("dd", "if=/dev/zero", $"of={filler}", "bs=4096");

            var spec = new UnitSpec
            {
                Unit = new UnitRef("01full", "user-01full"),
                TenantName = "full",
                Generation = 1,
                RestartEpoch = 1,
                Replicas = 1,
                Image = "",
                Command = ProcessHarness.Script("while :; do sleep 0.1; done"),
                Resources = ResourceLimits.Default,
            };
            var error = await Assert.ThrowsAsync<OrchestratorException>(() => harness.Orchestrator.EnsureAsync(spec, Token));
            Assert.Equal(StatusReasons.CapacityExhausted, error.Reason);
            Assert.Contains("is full", error.Message, StringComparison.Ordinal);
            Assert.Empty(harness.Processes.Live);
            Assert.False((await harness.Orchestrator.ObserveAsync(spec.Unit, Token))?.HasCompute ?? false);

            File.Delete(filler);
            Assert.True((await harness.Orchestrator.EnsureAsync(spec, Token)).HasCompute);
        }
        finally
        {
            await RunAsync("umount", "-l", mount);
            Directory.Delete(mount);
        }
    }

    [Fact]
    public async Task OpenAsync_ReadOnlyDisk_SaysWhatToDo()
    {
        var mount = Directory.CreateTempSubdirectory("tenantkit-test-").FullName;
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", mount), "Needs the right to mount a small disk.");
        try
        {
            await using var harness = new ProcessHarness(mount);

            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => harness.Processes.OpenAsync(Token));

            Assert.Contains("Make it writable, or name another through TenantKit:DataDirectory.", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync("umount", "-l", mount);
            Directory.Delete(mount);
        }
    }

    [Fact]
    public void Reserve_Ports_AreNeverGivenTwice()
    {
        var ports = new PortAllocator();

        var given = Enumerable.Range(0, 200).Select(_ => ports.Reserve()).ToList();

        Assert.Equal(200, given.Distinct().Count());
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            await process.StandardError.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
