using System.Diagnostics;
using TenantKit.Tenants;

namespace TenantKit.Orchestration.Processes;

/// <summary>Starts a program in a session of its own, so that signals reach all of it and none of the host's terminal.</summary>
internal static class ProcessLauncher
{
    /// <summary>The shell writes down which process it is, then becomes the app: the number in the file is the app's, whoever reads it whenever.</summary>
    private const string Script = """
        log=$1 note=$2; shift 2
        exec </dev/null >>"$log" 2>&1
        read -r stat <"/proc/$$/stat"
        echo "$$ ${stat##*) }" >"$note.tmp" && mv "$note.tmp" "$note" || exit 125
        exec "$@"
        """;

    private static readonly string[] SetSidPlaces = ["/usr/bin/setsid", "/bin/setsid", "/usr/local/bin/setsid"];

    /// <summary>Starts an instance with its output appended to a file, which outlives the host.</summary>
    public static Process Start(IReadOnlyList<string> command, string folder, Dictionary<string, string> environment, string logFile, string pidFile)
    {
        var start = Describe(folder, environment);
        Add(start, "/bin/sh", "-c", Script, "tenantkit-launch", logFile, pidFile);

        // A shell drops variables that it could not name itself, such as "Logging.Level": env sets them after it.
        var odd = environment.Where(static pair => !IsShellName(pair.Key)).Select(static pair => $"{pair.Key}={pair.Value}").ToArray();
        if (odd.Length > 0)
        {
            Add(start, "/usr/bin/env");
            Add(start, odd);
        }

        Add(start, [.. command]);
        return Process.Start(start)!;
    }

    /// <summary>Describes a program in a session of its own, with exactly this environment.</summary>
    public static ProcessStartInfo Describe(string folder, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(SetSid()) { UseShellExecute = false, WorkingDirectory = folder };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public static string SetSid() => SetSidPlaces.FirstOrDefault(File.Exists) ?? throw new OrchestratorException(
        StatusReasons.OrchestratorUnavailable, "The program 'setsid' is missing, without which a tenant's processes cannot be told apart. Install util-linux.", isTransient: false);

    private static void Add(ProcessStartInfo start, params string[] arguments)
    {
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
    }

    private static bool IsShellName(string name) =>
        !char.IsAsciiDigit(name[0]) && name.All(static character => char.IsAsciiLetterOrDigit(character) || character == '_');
}
