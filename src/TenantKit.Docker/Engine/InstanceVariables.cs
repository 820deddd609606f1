using System.Globalization;
using TenantKit.Control;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Docker.Engine;

/// <summary>
/// The environment of an instance: what TenantKit sets wins over the template, which wins over the orchestrator's options. It holds no secret:
/// whoever may look at containers sees it. Secrets are files in the unit's volume.
/// </summary>
internal static class InstanceVariables
{
    public static List<string> Of(DockerOptions options, UnitSpec spec, string instanceId, string? keyFile, string? hostAddress)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = "/tmp" };
        foreach (var (name, value) in options.Environment)
        {
            variables[name] = value;
        }

        foreach (var (name, value) in spec.Environment)
        {
            variables[name] = value;
        }

        if (variables.GetValueOrDefault(WireProtocol.RegistrationUrlVariable) is { } registration)
        {
            variables[WireProtocol.RegistrationUrlVariable] = SeenFromInside(registration, options.HostAddress ?? hostAddress);
        }

        variables[WireProtocol.TenantIdVariable] = spec.Unit.TenantId;
        variables[WireProtocol.TenantNameVariable] = spec.TenantName;
        variables[WireProtocol.InstanceIdVariable] = instanceId;
        variables[WireProtocol.DataDirectoryVariable] = UnitPaths.Data;
        if (keyFile is not null)
        {
            variables[WireProtocol.KeyFileVariable] = keyFile;
            variables[WireProtocol.PortVariable] = spec.Port.ToString(CultureInfo.InvariantCulture);
            variables["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://0.0.0.0:{spec.Port}");
        }

        if (spec.Database == DatabaseMode.Dedicated)
        {
            variables["DB_HOST"] = UnitPaths.DatabaseHost;
            variables["DB_PORT"] = "3306";
            variables["DB_USER"] = UnitPaths.DatabaseUser;
            variables["DB_PASSWORD_FILE"] = UnitPaths.DatabasePassword;
        }

        return [.. variables.Select(static pair => $"{pair.Key}={pair.Value}")];
    }

    /// <summary>Loopback means the container itself inside a container, and "all addresses" is none: the engine's machine has another one there.</summary>
    private static string SeenFromInside(string address, string? host) =>
        host is not null && Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.IsLoopback || url.Host is "0.0.0.0" or "[::]")
            ? new UriBuilder(url) { Host = host }.Uri.GetLeftPart(UriPartial.Authority)
            : address;
}
