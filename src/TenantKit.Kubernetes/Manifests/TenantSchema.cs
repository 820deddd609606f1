using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>The schema of a tenant on the shared server, and the account of the same name, from the immutable tenant id alone.</summary>
internal static class TenantSchema
{
    private const int LongestId = 26;

    /// <summary>
    /// At most 32 characters, as many as MySQL lets an account have: small letters, digits and <c>$</c>. None of them is a wildcard, as an
    /// underscore in a grant would be, which then covers the schemas of others; and all servers tell such names apart, whatever their letter case.
    /// </summary>
    public static string NameOf(string tenantId, KubernetesOptions options)
    {
        var prefix = options.SharedDatabase.NamePrefix;
        if (tenantId.Length is > 0 and <= LongestId && tenantId.All(IsPlain))
        {
            return prefix + tenantId;
        }

        var slug = new string([.. tenantId.ToLowerInvariant().Where(IsPlain).Take(9)]);
        return $"{prefix}{slug}${Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tenantId)).AsSpan(0, 8))}";
    }

    /// <summary>Makes schema and account, or makes them right where they are there: to run it twice is the same as once.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="key">What its password is made of.</param>
    /// <param name="mustExist">True when the schema was made before: then an empty one in its place would be data lost without a word.</param>
    /// <param name="options">The installation's options.</param>
    public static string Grant(UnitRef unit, byte[] key, bool mustExist, KubernetesOptions options)
    {
        var name = NameOf(unit.TenantId, options);
        var password = Password(key);
        var tls = options.SharedDatabase.RequireTls ? "SSL" : "NONE";
        return string.Create(CultureInfo.InvariantCulture, $"""
            {(mustExist ? $"USE `{name}`" : $"CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4")};
            CREATE USER IF NOT EXISTS '{name}'@'%' IDENTIFIED BY '{password}';
            ALTER USER '{name}'@'%' IDENTIFIED BY '{password}' REQUIRE {tls} WITH MAX_USER_CONNECTIONS {options.SharedDatabase.MaxConnections};
            GRANT ALL PRIVILEGES ON `{name}`.* TO '{name}'@'%';

            """);
    }

    /// <summary>Removes account and schema; what is gone already is no error.</summary>
    public static string Drop(UnitRef unit, KubernetesOptions options)
    {
        var name = NameOf(unit.TenantId, options);
        return $"""
            DROP USER IF EXISTS '{name}'@'%';
            DROP DATABASE IF EXISTS `{name}`;

            """;
    }

    public static string Password(byte[] key) => Convert.ToHexStringLower(key);

    private static bool IsPlain(char letter) => letter is >= 'a' and <= 'z' or >= '0' and <= '9';
}
