using System.Globalization;
using TenantKit.Control;

namespace TenantKit.Orchestration.Processes;

/// <summary>
/// The environment of an instance. The host's own holds secrets, so that nothing of it is passed on but the names below; what TenantKit sets
/// wins over the template, which wins over the orchestrator's options.
/// </summary>
internal sealed class InstanceEnvironment(ProcessOrchestratorOptions options, string registrationUrl, string installation)
{
    /// <summary>Marks every process of this data directory.</summary>
    public const string MarkerVariable = "TENANTKIT_INSTALLATION";

    private const long SmallestHeapHint = 256L << 20;
    private static readonly string[] Inherited =
    [
        "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    public Dictionary<string, string> Build(UnitSpec spec, UnitFolder folder, string instanceId, int? port)
    {
        var variables = Common();
        if (spec.Resources.MemoryBytes >= SmallestHeapHint)
        {
            // A .NET app collects before it grows beyond its size; others do not look at it. 75 % is what .NET takes of a container's limit.
            variables["DOTNET_GCHeapHardLimit"] = (spec.Resources.MemoryBytes / 4 * 3).ToString("X", CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in spec.Environment)
        {
            variables[name] = value;
        }

        variables.TryAdd(WireProtocol.RegistrationUrlVariable, registrationUrl);
        variables[WireProtocol.TenantIdVariable] = spec.Unit.TenantId;
        variables[WireProtocol.TenantNameVariable] = spec.TenantName;
        variables[WireProtocol.DataDirectoryVariable] = folder.Data;
        variables[WireProtocol.InstanceIdVariable] = instanceId;
        variables[MarkerVariable] = installation;
        if (port is { } number)
        {
            variables[WireProtocol.KeyFileVariable] = folder.KeyFile(instanceId);
            variables[WireProtocol.PortVariable] = number.ToString(CultureInfo.InvariantCulture);
            variables["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{number}");
        }

        return variables;
    }

    /// <summary>Where the unit's commands are looked for.</summary>
    public string? SearchPath(IReadOnlyDictionary<string, string>? environment) =>
        environment?.GetValueOrDefault("PATH") ?? Common().GetValueOrDefault("PATH");

    private Dictionary<string, string> Common()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        foreach (var (name, value) in options.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }
}
