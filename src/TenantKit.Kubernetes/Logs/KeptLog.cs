using System.Globalization;
using System.Text;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Logs;

/// <summary>The text form of the log that is kept of a unit without pods: one line each, time, instance and text.</summary>
internal static class KeptLog
{
    public static string Write(IEnumerable<LogLine> lines, int mostBytes)
    {
        List<string> kept = [];
        var size = 0;
        foreach (var line in lines.OrderByDescending(static line => line.At))
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{line.At.UtcDateTime:O} {line.InstanceId} {line.Text}");
            size += Encoding.UTF8.GetByteCount(text) + 1;
            if (size > mostBytes)
            {
                break;
            }

            kept.Add(text);
        }

        kept.Reverse();
        return string.Join('\n', kept);
    }

    public static IEnumerable<LogLine> Read(string? text)
    {
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ', 3) is [var at, var instance, var rest] && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                yield return new LogLine(time, instance, rest);
            }
        }
    }
}
