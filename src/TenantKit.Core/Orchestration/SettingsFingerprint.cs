using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TenantKit.Orchestration;

/// <summary>A short name for the settings an instance was started with; a change of it replaces the instance.</summary>
internal static class SettingsFingerprint
{
    /// <summary>Covers image, command, environment, port, size and database mode, and neither the number of copies nor the epoch.</summary>
    public static string Of(UnitSpec spec)
    {
        var text = new StringBuilder();
        Append(text, spec.Image);
        Append(text, spec.Command.Count.ToString(CultureInfo.InvariantCulture));
        foreach (var part in spec.Command)
        {
            Append(text, part);
        }

        foreach (var (name, value) in spec.Environment.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            Append(text, name);
            Append(text, value);
        }

        text.Append(CultureInfo.InvariantCulture, $"{spec.Port}/{spec.Resources.CpuMillicores}/{spec.Resources.MemoryBytes}/{spec.Resources.StorageBytes}/{(int)spec.Database}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    /// <summary>Length first, so that no two lists run together to the same text.</summary>
    private static void Append(StringBuilder text, string part) => text.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part};");
}
