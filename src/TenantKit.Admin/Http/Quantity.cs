using System.Globalization;
using TenantKit.Tenants;

namespace TenantKit.Admin.Http;

/// <summary>
/// Amounts as Kubernetes writes them: <c>"250m"</c> or <c>"1.5"</c> cores, <c>"512Mi"</c> or <c>"2G"</c> bytes. Strings only: a bare
/// number would not say its unit.
/// </summary>
internal static class Quantity
{
    private const int MaxLength = 20;
    private static readonly (string Suffix, decimal Factor)[] Units =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("Pi", 1L << 50),
        ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000), ("P", 1_000_000_000_000_000),
    ];

    public static int? Cpu(string? text, string field, Dictionary<string, string[]> errors)
    {
        var value = text is { Length: <= MaxLength }
            ? text.EndsWith('m') ? Number(text[..^1], 1) : Number(text, 1000)
            : null;
        return (int?)Check(text, value, 10, 256_000, field, "CPU is written as \"500m\" or \"1.5\" and lies between 10m and 256000m.", errors);
    }

    public static long? Memory(string? text, string field, Dictionary<string, string[]> errors) =>
        Check(text, Bytes(text), 16L << 20, 4L << 40, field, "Memory is written as \"512Mi\" or \"2Gi\" and lies between 16Mi and 4Ti.", errors);

    public static long? Storage(string? text, string field, Dictionary<string, string[]> errors) =>
        Check(text, Bytes(text), 1L << 20, 1L << 50, field, "Storage is written as \"500Mi\" or \"10Gi\" and lies between 1Mi and 1Pi.", errors);

    public static ResourcesBody Print(ResourceLimits limits) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{limits.CpuMillicores}m"), Print(limits.MemoryBytes), Print(limits.StorageBytes));

    private static string Print(long bytes)
    {
        for (var i = 4; i >= 0; i--)
        {
            var factor = (long)Units[i].Factor;
            if (bytes >= factor && bytes % factor == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / factor}{Units[i].Suffix}");
            }
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    private static decimal? Bytes(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength })
        {
            return null;
        }

        foreach (var (suffix, factor) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                return Number(text[..^suffix.Length], factor);
            }
        }

        return Number(text, 1);
    }

    private static decimal? Number(string text, decimal factor) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= decimal.MaxValue / factor
            ? number * factor
            : null;

    private static long? Check(
        string? text, decimal? value, long min, long max, string field, string problem, Dictionary<string, string[]> errors)
    {
        if (text is null)
        {
            return null;
        }

        if (value is { } number && number >= min && number <= max && number == decimal.Truncate(number))
        {
            return (long)number;
        }

        errors[field] = [problem];
        return null;
    }
}
