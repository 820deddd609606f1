using System.Globalization;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>The output of one container.</summary>
internal sealed class EmulatedLog
{
    private readonly List<(DateTime At, string Text)> lines = [];
    private TaskCompletionSource grew = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsEnded { get; private set; }

    public void Write(string text)
    {
        lock (lines)
        {
            if (!IsEnded)
            {
                lines.Add((DateTime.UtcNow, text));
                Signal();
            }
        }
    }

    public void WriteAll(IEnumerable<string> texts)
    {
        lock (lines)
        {
            lines.AddRange(texts.Select(static text => (DateTime.UtcNow, text)));
            Signal();
        }
    }

    public void End()
    {
        lock (lines)
        {
            IsEnded = true;
            Signal();
        }
    }

    public (List<string> Lines, int Next, Task Grew) Read(int from, int? tail, DateTime? since, bool withTimes)
    {
        lock (lines)
        {
            var wanted = lines.Skip(from).Where(line => since is null || line.At >= since);
            var text = (tail is { } last ? wanted.TakeLast(last) : wanted)
                .Select(line => withTimes ? $"{line.At.ToString("O", CultureInfo.InvariantCulture)} {line.Text}" : line.Text).ToList();
            return (text, lines.Count, grew.Task);
        }
    }

    private void Signal()
    {
        var waiting = grew;
        grew = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.TrySetResult();
    }
}
