using TenantKit.Tenants;

namespace TenantKit.Orchestration.Processes;

/// <summary>Turns an image and a command into what to execute, and says beforehand when that cannot work.</summary>
internal sealed class CommandCatalogue(ProcessOrchestratorOptions options)
{
    public ResolvedCommand Resolve(string image, IReadOnlyList<string> command, string? searchPath, bool isOneOff = false)
    {
        IReadOnlyList<string> line;
        if (command.Count > 0)
        {
            if (!options.AllowCommands && !isOneOff)
            {
                return None(StatusReasons.CommandNotFound, "Commands in templates are switched off here. Use an image of the catalogue, or set TenantKit:Processes:AllowCommands to true.");
            }

            line = command;
        }
        else if (options.Images.TryGetValue(image, out var known) && known.Length > 0)
        {
            line = known;
        }
        else
        {
            var names = options.Images.Count == 0 ? "none is" : string.Join(", ", options.Images.Keys.Order(StringComparer.Ordinal)) + " are";
            return None(StatusReasons.ImageNotFound, $"The image '{image}' is not in the catalogue of local processes ({names} known). Add it through UseLocalProcesses(o => o.Images[\"{image}\"] = [...]), or give the template a command.");
        }

        return Locate(line[0], searchPath) is { } executable
            ? Arguments(executable, line)
            : None(StatusReasons.CommandNotFound, $"The command '{line[0]}' does not exist or may not be executed. Give an absolute path, or a name that is in PATH, of a file with the execute bit.");
    }

    private static ResolvedCommand Arguments(string executable, IReadOnlyList<string> line)
    {
        // The dotnet host would only say so in its log, after it was started in vain.
        if (line.Count > 1 && Path.GetFileName(executable) == "dotnet" && line[1].EndsWith(".dll", StringComparison.Ordinal) && Path.IsPathRooted(line[1]) && !File.Exists(line[1]))
        {
            return None(StatusReasons.CommandNotFound, $"The app '{line[1]}' does not exist. Build or publish it, or correct the path.");
        }

        return new ResolvedCommand([executable, .. line.Skip(1)], null, null);
    }

    private static string? Locate(string command, string? searchPath)
    {
        if (command.Contains('/', StringComparison.Ordinal))
        {
            return Path.IsPathRooted(command) && IsExecutable(command) ? command : null;
        }

        return (searchPath ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Combine(folder, command))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) => File.Exists(path) && Signals.MayExecute(path);

    private static ResolvedCommand None(string reason, string problem) => new([], reason, problem);
}
