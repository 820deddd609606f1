using System.Security.Cryptography;
using System.Text;

namespace TenantKit.Docker.Engine;

/// <summary>The names of a unit's objects, all made from the unit's own.</summary>
internal static class UnitNames
{
    private const int Longest = 200;
    private const int LongestService = 52;

    public static string Network(string unit) => Short(unit);

    public static string Volume(string unit) => Short(unit) + "-data";

    /// <summary>The container that a volume is prepared with; it never starts.</summary>
    public static string Preparation(string unit, string operation) => $"{Short(unit)}-prepare-{operation}";

    public static string Database(string unit) => Short(unit) + "-db";

    public static string DatabaseVolume(string unit) => Short(unit) + "-db";

    /// <summary>A place among the unit's instances: two callers that take the same one meet in the engine, which lets one of them have it.</summary>
    public static string Instance(string unit, int slot) => FormattableString.Invariant($"{Short(unit)}-{slot}");

    /// <summary>A place as a service of a swarm, which takes names of up to 63 characters.</summary>
    public static string Service(string unit, int slot) => FormattableString.Invariant($"{Short(unit, LongestService)}-{slot}");

    /// <summary>The secret of an instance.</summary>
    public static string Secret(string instanceId) => "tenantkit-" + instanceId;

    public static string Command(string unit, string operation) => $"{Short(unit)}-run-{operation}";

    /// <summary>The engine takes names of up to 255 characters; what is longer keeps its beginning and a hash of the whole.</summary>
    private static string Short(string unit, int longest = Longest) =>
        unit.Length <= longest ? unit : unit[..(longest - 33)] + "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(unit)).AsSpan(0, 16));
}
