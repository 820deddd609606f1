using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TenantKit.Storage.MySql.Tests.Replicas;

/// <summary>A replica as its tests see it: a process that can be killed, frozen and asked.</summary>
internal sealed class ReplicaProcess : IDisposable
{
    private const int Continue = 18;
    private const int Freeze = 19;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> waiting = [];
    private readonly ConcurrentQueue<string> errors = [];
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;
    private int last;

    public ReplicaProcess(params string[] settings)
    {
        var program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ReplicaProcess).Assembly.Location] : [];
        process = new Process
        {
            StartInfo = new ProcessStartInfo(program, [.. self, ReplicaHost.Argument, .. settings])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Task Ready => ready.Task;

    /// <summary>True when it ended before it was ready: it found no database that it could use, as hosts do that a supervisor starts again.</summary>
    public bool HasGivenUp => process.HasExited && (!ready.Task.IsCompleted ? true : throw new InvalidOperationException($"A replica that was ready has ended by itself, with {process.ExitCode}:{Environment.NewLine}{Errors}"));

    public string Errors => string.Join(Environment.NewLine, errors);

    /// <summary>Gives an order and waits for the answer: <c>ok {tenant} {operation}</c>, <c>refused …</c>, <c>later …</c> or <c>failed …</c>; null when none comes.</summary>
    public async Task<string?> AskAsync(string order, TimeSpan patience)
    {
        var number = Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture);
        var answer = waiting[number] = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            lock (process)
            {
                process.StandardInput.WriteLine($"{number} {order}");
                process.StandardInput.Flush();
            }

            return await answer.Task.WaitAsync(patience);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or InvalidOperationException or ObjectDisposedException)
        {
            return null;
        }
    }

    public void Stop() => Signal(process.Id, Freeze);

    public void Resume() => Signal(process.Id, Continue);

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>An orderly stop.</summary>
    public void End()
    {
        if (HasGivenUp)
        {
            return;
        }

        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended just now, by itself: what is still to be flushed is for nobody.
        }

        if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
        {
            process.Kill();
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    private void Take(string? line)
    {
        if (line == "ready")
        {
            ready.TrySetResult();
        }
        else if (line?.Split(' ', 2) is [var number, var answer] && waiting.TryRemove(number, out var asked))
        {
            asked.TrySetResult(answer);
        }
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            errors.Enqueue(line);
            while (errors.Count > 200)
            {
                errors.TryDequeue(out _);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int processId, int signal);
}
