using System.Globalization;

namespace TenantKit.Orchestration.Processes;

/// <summary>One process as <c>/proc/{pid}/stat</c> shows it; fields as in <see href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</see>.</summary>
internal readonly record struct ProcessStat(int Pid, char State, int Session, long StartTicks, long CpuTicks, long ResidentPages)
{
    /// <summary>A zombie has ended; only its parent has not looked yet.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    /// <summary>Parses a line; null when it is not one.</summary>
    public static ProcessStat? Parse(string line)
    {
        // The name in parentheses may hold anything, parentheses and blanks included: the fields begin after the last one.
        var end = line.LastIndexOf(')');
        if (end < 0 || !int.TryParse(line.AsSpan(0, Math.Max(line.IndexOf(' '), 0)), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
        {
            return null;
        }

        return ParseFields(pid, line[(end + 1)..]);
    }

    /// <summary>Parses the fields after the name.</summary>
    public static ProcessStat? ParseFields(int pid, string fields)
    {
        var parts = fields.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length > 21
            ? new ProcessStat(pid, parts[0][0], (int)Number(parts[3]), Number(parts[19]), Number(parts[11]) + Number(parts[12]), Number(parts[21]))
            : null;
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
