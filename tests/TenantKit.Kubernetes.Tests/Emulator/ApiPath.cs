using System.Diagnostics.CodeAnalysis;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>What a path of the API names.</summary>
internal sealed record ApiPath(string Group, string Plural, string Namespace, string Name, string Subresource)
{
    private static readonly HashSet<string> ClusterScoped = ["namespaces", "nodes"];

    public string Resource => Subresource.Length == 0 ? Plural : $"{Plural}/{Subresource}";

    public static bool TryParse(string path, [NotNullWhen(true)] out ApiPath? parsed)
    {
        parsed = null;
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["api", "v1", ..] and not ["apis", _, _, ..])
        {
            return false;
        }

        var group = parts[0] == "api" ? "" : parts[1];
        var rest = parts[0] == "api" ? parts[2..] : parts[3..];
        var space = "";
        if (rest is ["namespaces", var found, _, ..])
        {
            (space, rest) = (found, rest[2..]);
        }

        if (rest.Length is 0 or > 3 || (space.Length > 0 && ClusterScoped.Contains(rest[0])))
        {
            return false;
        }

        parsed = new ApiPath(group, rest[0], space, rest.Length > 1 ? rest[1] : "", rest.Length > 2 ? rest[2] : "");
        return true;
    }
}
