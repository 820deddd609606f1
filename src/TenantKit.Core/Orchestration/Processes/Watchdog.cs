using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace TenantKit.Orchestration.Processes;

/// <summary>
/// The one helper process of a data directory, a small shell script: it outlives the host, and ends the tenants' processes when the lease was
/// not renewed for the grace period. See <c>watchdog.sh</c>.
/// </summary>
internal sealed partial class Watchdog(UnitsRoot root, string installation, TimeSpan grace, TimeProvider time, ILogger<ProcessOrchestrator> logger)
{
    private const int Ticks = 10;
    private readonly byte[] script = LoadScript();
    private long beats;

    /// <summary>How often the lease is renewed: several times within the grace period.</summary>
    public TimeSpan BeatInterval => TimeSpan.FromTicks(Math.Min(grace.Ticks / 5, TimeSpan.FromSeconds(5).Ticks));

    /// <summary>Renews the lease, and starts the watchdog when it is not there.</summary>
    public void Beat()
    {
        var lease = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{time.GetUtcNow().ToUnixTimeMilliseconds()}-{++beats}\n");
        PrivateFiles.Write(root.LeaseFile, Encoding.ASCII.GetBytes(lease));
        var (found, version) = Find();
        if (found is { } running && version != Version)
        {
            Signals.Send(running.Pid, Signals.Kill); // of another version, or with another grace period
        }

        if (found is null || version != Version)
        {
            Start();
        }
    }

    /// <summary>Ends the watchdog, when nothing is left to watch over.</summary>
    public void Stop()
    {
        if (Find().Running is { } running)
        {
            Signals.Send(running.Pid, Signals.Kill);
        }

        PrivateFiles.Forget(root.WatchdogFile);
    }

    private string Version => Convert.ToHexStringLower(SHA256.HashData([.. script, .. Encoding.UTF8.GetBytes($"{grace.Ticks} {installation}")]).AsSpan(0, 8));

    private (ProcessStat? Running, string? Version) Find()
    {
        try
        {
            var parts = File.ReadAllText(root.WatchdogFile).Split(' ', 3);
            return parts.Length == 3
                && int.TryParse(parts[1], out var pid)
                && ProcessStat.ParseFields(pid, parts[2]) is { } noted
                && ProcessTable.IsAlive(pid, noted.StartTicks)
                    ? (noted, parts[0])
                    : (null, null);
        }
        catch (IOException)
        {
            return (null, null);
        }
    }

    private void Start()
    {
        var file = Path.Combine(root.Path, ".watchdog.sh");
        PrivateFiles.Write(file, script);
        var tick = (grace / Ticks).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        var environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin" };
        var start = ProcessLauncher.Describe("/", environment);
        foreach (var argument in (string[])
            ["/bin/sh", "-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "tenantkit-watchdog", "/bin/sh", file, root.Path, installation, $"{Ticks}", tick, Version])
        {
            start.ArgumentList.Add(argument);
        }

        using var started = Process.Start(start)!;
        // Noted here as well, so that the next beat finds it even before the script came to that.
        if (ProcessTable.Read(started.Id) is { } stat)
        {
            var fields = string.Join(' ', Enumerable.Range(0, 22).Select(i => i switch { 0 => "S", 3 => $"{stat.Session}", 19 => $"{stat.StartTicks}", _ => "0" }));
            PrivateFiles.Write(root.WatchdogFile, Encoding.ASCII.GetBytes($"{Version} {started.Id} {fields}\n"));
        }

        LogStarted(started.Id, grace);
    }

    private static byte[] LoadScript()
    {
        using var stream = typeof(Watchdog).Assembly.GetManifestResourceStream("TenantKit.watchdog.sh")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    [LoggerMessage(LogLevel.Debug, "The watchdog runs as process {ProcessId}; tenants end {Grace} after the last sign of a host")]
    private partial void LogStarted(int processId, TimeSpan grace);
}
