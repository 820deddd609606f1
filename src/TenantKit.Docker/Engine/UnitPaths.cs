namespace TenantKit.Docker.Engine;

/// <summary>Where things are inside a unit's containers. All of it lies in the unit's one volume, so that nothing else has to be mounted.</summary>
internal static class UnitPaths
{
    public const string Volume = "/var/lib/tenantkit";

    /// <summary>The tenant's data.</summary>
    public const string Data = Volume + "/data";

    public const string DatabasePassword = Volume + "/run/database-password";

    /// <summary>Name of the database container on the unit's network.</summary>
    public const string DatabaseHost = "database";

    public const string DatabaseUser = "app";

    /// <summary>The key of an instance that gets it as a secret of the swarm, in memory.</summary>
    public const string SecretKey = "/run/tenantkit/key";

    public static string Key(int slot) => FormattableString.Invariant($"{Volume}/run/{slot}.key");
}
