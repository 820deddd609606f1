using System.Collections.Concurrent;
using TenantKit.Diagnostics;

namespace TenantKit.Orchestration.InMemory;

/// <summary>A unit of the in-memory runtime; guarded by its own lock.</summary>
internal sealed class InMemoryUnit(UnitRef unit)
{
    private const int MaxLogLines = 100_000;

    public Lock Gate { get; } = new();

    public UnitRef Unit { get; } = unit;

    /// <summary>Live instances and the last ended one, oldest first.</summary>
    public List<InMemoryInstance> Instances { get; } = [];

    public ConcurrentDictionary<string, string> Data { get; } = new(StringComparer.Ordinal);

    public Queue<LogLine> Log { get; } = new();

    /// <summary>Lines dropped or kept so far: the position of the next one.</summary>
    public long LogPosition { get; private set; }

    /// <summary>Told of each line.</summary>
    public Pulse LogGrew { get; } = new();

    public string? Fingerprint { get; set; }

    /// <summary>True once the unit was taken out of the table; whoever still holds it must look it up again.</summary>
    public bool IsRemoved { get; set; }

    public void Append(LogLine line)
    {
        Log.Enqueue(line);
        LogPosition++;
        if (Log.Count > MaxLogLines)
        {
            Log.Dequeue();
        }

        LogGrew.Set();
    }

    public UnitObservation Observe() => new(Unit, [.. Instances.Select(static instance => instance.Observe())], HasData: true);
}
