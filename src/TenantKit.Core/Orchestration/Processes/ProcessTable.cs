using System.Globalization;
using System.Text;

namespace TenantKit.Orchestration.Processes;

/// <summary>Reads <c>/proc</c>. A process that ends meanwhile is simply not there.</summary>
internal static class ProcessTable
{
    /// <summary>What the kernel shows to programs on every architecture that .NET runs on.</summary>
    public const int TicksPerSecond = 100;

    private static readonly Lazy<string> CurrentBoot = new(static () => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>Names this boot of the machine: start times are counted from it.</summary>
    public static string BootId => CurrentBoot.Value;

    public static ProcessStat? Read(int pid) => ReadText($"/proc/{pid}/stat") is { } line ? ProcessStat.Parse(line) : null;

    /// <summary>True while exactly this process lives, not another that got its number.</summary>
    public static bool IsAlive(int pid, long startTicks) => Read(pid) is { IsAlive: true } stat && stat.StartTicks == startTicks;

    /// <summary>Ticks since the boot, as start times are counted.</summary>
    public static long UptimeTicks =>
        ReadText("/proc/uptime") is { } text && double.TryParse(text.AsSpan(0, Math.Max(text.IndexOf(' '), 0)), CultureInfo.InvariantCulture, out var seconds)
            ? (long)(seconds * TicksPerSecond)
            : long.MaxValue;

    /// <summary>The environment the process was started with; null when it may not be read, empty for the moment between two programs.</summary>
    public static string? Environment(int pid) => ReadText($"/proc/{pid}/environ");

    /// <summary>A variable of the environment the process was started with; null when it has none or may not be read.</summary>
    public static string? Variable(int pid, string name) => Environment(pid) is { } environment ? Variable(environment, name) : null;

    /// <summary>A variable of an environment; null when it has none of that name.</summary>
    public static string? Variable(string environment, string name)
    {
        var prefix = name + "=";
        return environment.Split('\0').FirstOrDefault(pair => pair.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }

    public static IEnumerable<ProcessStat> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Read(pid) is { } stat)
            {
                yield return stat;
            }
        }
    }

    /// <summary>A process and its descendants, as far as the kernel lists children.</summary>
    public static IEnumerable<ProcessStat> Tree(int pid)
    {
        var pending = new Stack<int>([pid]);
        while (pending.TryPop(out var next))
        {
            if (Read(next) is not { } stat)
            {
                continue;
            }

            yield return stat;
            foreach (var child in (ReadText($"/proc/{next}/task/{next}/children") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                pending.Push(int.Parse(child, CultureInfo.InvariantCulture));
            }
        }
    }

    private static string? ReadText(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
