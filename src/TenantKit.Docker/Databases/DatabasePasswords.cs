using TenantKit.Orchestration;

namespace TenantKit.Docker.Databases;

/// <summary>Passwords of a unit's database, derived from the installation's secret so that none is stored: 64 hexadecimal digits.</summary>
internal static class DatabasePasswords
{
    public static string App(IInstanceCredentials credentials, UnitRef unit) => Derive(credentials, unit, "database-app");

    public static string Root(IInstanceCredentials credentials, UnitRef unit) => Derive(credentials, unit, "database-root");

    private static string Derive(IInstanceCredentials credentials, UnitRef unit, string purpose) =>
        Convert.ToHexStringLower(credentials.GetKey(unit.TenantId, purpose));
}
