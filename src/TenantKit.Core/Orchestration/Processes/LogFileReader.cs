using System.Globalization;
using System.Text;

namespace TenantKit.Orchestration.Processes;

/// <summary>Reads the lines of one log file from a position on.</summary>
internal sealed class LogFileReader(string instanceId, string path)
{
    private const int MaxLine = 16 * 1024;

    /// <summary>Where the next line begins.</summary>
    public long Position { get; set; }

    /// <summary>Reads what is there. The end of a file without a line break is a line only when asked for, as more of it may follow.</summary>
    public IEnumerable<LogLine> Read(LogTimes times, DateTimeOffset now, bool withUnfinished)
    {
        using var stream = Open();
        if (stream is null)
        {
            yield break;
        }

        if (stream.Length < Position)
        {
            Position = 0;
        }

        stream.Position = Position;
        var line = new List<byte>();
        for (var next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
        {
            if (next != '\n')
            {
                line.Add((byte)next);
            }

            if (next == '\n' || line.Count == MaxLine)
            {
                Position = stream.Position;
                yield return ToLine(line, times.SeenAt(Position) ?? now);
                line.Clear();
            }
        }

        if (withUnfinished && line.Count > 0)
        {
            Position = stream.Position;
            yield return ToLine(line, times.SeenAt(Position) ?? now);
        }
    }

    private FileStream? Open()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private LogLine ToLine(List<byte> bytes, DateTimeOffset seenAt)
    {
        var text = Encoding.UTF8.GetString([.. bytes]).TrimEnd('\r');
        return new LogLine(OwnTime(text) ?? seenAt, instanceId, text);
    }

    /// <summary>The time that the app itself wrote, when the line begins with one that names its zone.</summary>
    private static DateTimeOffset? OwnTime(string text)
    {
        const int Shortest = 20; // 2026-01-31T12:00:00Z
        if (text.Length < Shortest || text[4] != '-' || text[10] != 'T')
        {
            return null;
        }

        var word = text.AsSpan(0, text.IndexOf(' ') is var blank and > 0 ? blank : text.Length);
        var hasZone = word.EndsWith("Z", StringComparison.Ordinal) || (word.Length > 6 && word[^3] == ':' && word[^6] is '+' or '-');
        return hasZone && DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
    }
}
