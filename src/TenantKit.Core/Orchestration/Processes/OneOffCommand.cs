using System.Diagnostics;
using System.Text;

namespace TenantKit.Orchestration.Processes;

/// <summary>Runs a command to its end and keeps the end of what it said.</summary>
internal static class OneOffCommand
{
    private const int MaxOutput = 64 * 1024;

    public static async Task<CommandResult> RunAsync(ProcessStartInfo start, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        foreach (var part in command)
        {
            start.ArgumentList.Add(part);
        }

        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var killing = cancellationToken.Register(() => SessionKiller.KillNow(process.Id, startTicks: null));
        var output = new StringBuilder();
        await Task.WhenAll(CollectAsync(process.StandardOutput, output), CollectAsync(process.StandardError, output)).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return new CommandResult(process.ExitCode, output.ToString());
    }

    private static async Task CollectAsync(StreamReader reader, StringBuilder output)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
        {
            lock (output)
            {
                output.Append(buffer, 0, count);
                if (output.Length > MaxOutput)
                {
                    output.Remove(0, output.Length - MaxOutput);
                }
            }
        }
    }
}
