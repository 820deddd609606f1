using System.Buffers.Binary;

namespace TenantKit.Orchestration.Processes;

/// <summary>When a log file had which length, as its index says.</summary>
internal sealed class LogTimes
{
    private const int EntrySize = 16;
    private readonly List<(long Offset, DateTimeOffset At)> entries = [];

    public long LastOffset => entries.Count == 0 ? 0 : entries[^1].Offset;

    public static LogTimes Read(string file)
    {
        var times = new LogTimes();
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (IOException)
        {
            return times;
        }

        for (var at = 0; at + EntrySize <= bytes.Length; at += EntrySize)
        {
            times.entries.Add((
                BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)),
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + 8)))));
        }

        return times;
    }

    /// <summary>When the byte before an offset was first seen; null for one that nobody has seen yet.</summary>
    public DateTimeOffset? SeenAt(long endOffset)
    {
        var (low, high) = (0, entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = entries[middle].Offset < endOffset ? (middle + 1, high) : (low, middle);
        }

        return low < entries.Count ? entries[low].At : null;
    }
}
