using System.Runtime.CompilerServices;
using TenantKit.Diagnostics;

namespace TenantKit.Orchestration.InMemory;

/// <summary>Reads, and follows, the log of a unit in memory.</summary>
internal static class InMemoryLogReader
{
    public static async IAsyncEnumerable<LogLine> ReadAsync(InMemoryUnit unit, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long position;
        LogLine[] lines;
        lock (unit.Gate)
        {
            position = unit.LogPosition;
            IEnumerable<LogLine> kept = unit.Log.Where(line => query.Since is null || line.At >= query.Since);
            lines = [.. query.Tail is { } tail ? kept.TakeLast(tail) : kept];
        }

        while (true)
        {
            foreach (var line in lines)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return line;
            }

            if (!query.Follow)
            {
                yield break;
            }

            Latch grew;
            lock (unit.Gate)
            {
                lines = [.. unit.Log.TakeLast((int)Math.Min(unit.LogPosition - position, unit.Log.Count))];
                position = unit.LogPosition;
                grew = unit.LogGrew.Next;
            }

            if (lines.Length == 0)
            {
                await grew.WaitAsync(cancellationToken);
            }
        }
    }
}
