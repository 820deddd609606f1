using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;

namespace TenantKit.LoadChecks.Hosting;

/// <summary>A sample host as its users run it: a process of its own, whose output goes to a file.</summary>
internal sealed class HostProcess
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Process process;

    private HostProcess(Process process) => this.process = process;

    public int Id => process.Id;

    /// <summary>Time of all processors that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a host and waits until it is ready.</summary>
    /// <param name="program">Which of the sample hosts.</param>
    /// <param name="settings">Its settings by configuration key.</param>
    /// <param name="logFile">Where its output is appended.</param>
    /// <param name="healthUrl">An address whose <c>/healthz/ready</c> says when it is.</param>
    /// <param name="core">The one core that it may use; null for any.</param>
    public static async Task<HostProcess> StartAsync(string program, IReadOnlyDictionary<string, string> settings, string logFile, string healthUrl, int? core = null)
    {
        var assembly = typeof(HostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == program).Value!;
        var pinned = core is { } number ? $"taskset -c {number} " : string.Empty;
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {pinned}dotnet \"$0\" >>\"$1\" 2>&1", assembly, logFile]) { WorkingDirectory = Path.GetTempPath() };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var host = new HostProcess(Process.Start(start)!);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var watch = Stopwatch.StartNew(); !await IsReadyAsync(http, healthUrl);)
        {
            if (host.process.HasExited || watch.Elapsed > StartLimit)
            {
                throw new InvalidOperationException($"{program} did not get ready:{Environment.NewLine}{File.ReadAllText(logFile)}");
            }

            await Task.Delay(Pause);
        }

        return host;
    }

    /// <summary>As Ctrl-C and service managers do; returns when it has ended.</summary>
    public async Task StopAsync()
    {
        Signals.Terminate(Id);
        await process.WaitForExitAsync();
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        Signals.Kill(Id);
        await process.WaitForExitAsync();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, string url)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(url + "/healthz/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or SocketException)
        {
            return false;
        }
    }
}
