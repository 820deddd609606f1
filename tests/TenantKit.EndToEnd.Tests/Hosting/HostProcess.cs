using System.Diagnostics;
using System.Text;

namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>A sample host as its users run it: a process of its own.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(HostSettings settings, string program)
    {
        Settings = settings;
        var start = new ProcessStartInfo("dotnet", [Assemblies.Metadata(program)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (key, value) in settings.All())
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        // What a test run leaves behind is found by this mark; the tenants' processes inherit nothing that is not set so.
        if (Environment.GetEnvironmentVariable("TENANTKIT_TEST_RUN") is { } run)
        {
            start.Environment["TenantKit__Processes__Environment__TENANTKIT_TEST_RUN"] = run;
        }

        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
    }

    public HostSettings Settings { get; }

    public int Id => process.Id;

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>Starts a host and waits until it says that it is ready.</summary>
    public static async Task<HostProcess> StartAsync(HostSettings settings, string program = "AllInOne")
    {
        var host = Launch(settings, program);
        var ended = host.process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var first = await Task.WhenAny(host.ready.Task, ended, Task.Delay(StartLimit, TestContext.Current.CancellationToken));
        if (first == host.ready.Task)
        {
            return host;
        }

        await host.DisposeAsync();
        Assert.Fail($"The host did not get ready.{Environment.NewLine}{host.Output}");
        return host;
    }

    /// <summary>Starts a host and waits for nothing.</summary>
    public static HostProcess Launch(HostSettings settings, string program = "AllInOne")
    {
        var host = new HostProcess(settings, program);
        host.process.Start();
        host.process.BeginOutputReadLine();
        host.process.BeginErrorReadLine();
        return host;
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(StopLimit);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>As Ctrl-C and service managers do.</summary>
    public Task<int> StopAsync()
    {
        Signals.Terminate(process.Id);
        return WaitForExitAsync();
    }

    /// <summary><c>kill -9</c>: no goodbye, the tenants' processes are left alone.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: false);
        await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            try
            {
                await StopAsync();
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
        foreach (var id in TenantProcesses.Of(Settings.DataDirectory))
        {
            Signals.Kill(id);
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (output)
        {
            output.AppendLine(line);
        }

        if (line.StartsWith("TenantKit", StringComparison.Ordinal) && line.Contains(" is ready", StringComparison.Ordinal))
        {
            ready.TrySetResult();
        }
    }
}
