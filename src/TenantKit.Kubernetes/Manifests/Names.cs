using System.Security.Cryptography;
using System.Text;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>Names of a unit's objects, from the immutable tenant id alone. A pure function: whoever has the id finds the objects.</summary>
internal sealed record Names(string Namespace, string Base, bool IsShared)
{
    private const int LongestId = 26;

    public static Names Of(UnitRef unit, KubernetesOptions options) => Of(unit.TenantId, options);

    public static Names Of(string tenantId, KubernetesOptions options)
    {
        var name = options.NamePrefix + Safe(tenantId);
        return new Names(options.SharedNamespace ?? name, name, options.SharedNamespace is not null);
    }

    /// <summary>What only exists once per tenant needs no longer name where the namespace is the tenant's own.</summary>
    public string this[string part] => IsShared ? $"{Base}-{part}" : part;

    public string Log => this["log"];

    public string Volume => this["data"];

    public string Database => this["db"];

    public string Schema => this["schema"];

    /// <summary>The account of the unit's pods, which is the record of the unit too.</summary>
    public string Account => this["app"];

    /// <summary>The volume of the database's one pod, as its StatefulSet names it.</summary>
    public string DatabaseVolume => $"{DatabaseManifests.Data}-{Database}-0";

    public string Pod(string instanceId) => $"{this["app"]}-{instanceId}";

    public static string Key(string podName) => podName + "-key";

    /// <summary>
    /// An id that may stand in DNS labels and label values as it is, or a readable beginning of it with 64 bits of its hash: of two ids that
    /// begin alike, differ only in case or are too long, each has a name of its own.
    /// </summary>
    public static string Safe(string id)
    {
        if (id.Length is > 0 and <= LongestId && id.All(IsPlain) && id[0] != '-' && id[^1] != '-')
        {
            return id;
        }

        var slug = new string([.. id.ToLowerInvariant().Where(static letter => IsPlain(letter) && letter != '-').Take(9)]);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 8));
        return slug.Length == 0 ? "x" + hash : $"{slug}-{hash}";
    }

    private static bool IsPlain(char letter) => letter is >= 'a' and <= 'z' or >= '0' and <= '9' or '-';
}
