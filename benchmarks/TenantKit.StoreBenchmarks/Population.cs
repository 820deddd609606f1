using System.Globalization;

namespace TenantKit.StoreBenchmarks;

/// <summary>Who is in the database, by number.</summary>
internal static class Population
{
    public static string User(int number) => string.Create(CultureInfo.InvariantCulture, $"u{number:0000000}");

    public static string Tenant(int number) => string.Create(CultureInfo.InvariantCulture, $"t{number:0000000}");

    public static string Name(int number) => "USER." + User(number).ToUpperInvariant();
}
