using System.Buffers;

namespace TenantKit.Tenants;

/// <summary>The rules for tenant names: 1 to 40 characters of <c>a-z</c>, <c>0-9</c> and <c>-</c>, not at either end, not reserved.</summary>
public static class TenantName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 40;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "admin", "api", "app", "auth", "gateway", "health", "healthz", "internal", "localhost", "login", "mail", "metrics",
        "openapi", "root", "static", "status", "support", "system", "t", "tenantkit", "well-known", "www",
    };

    /// <summary>Says what is wrong with a name, or null when nothing is.</summary>
    /// <param name="name">The name as given.</param>
    /// <returns>A sentence that tells what to do, or null.</returns>
    public static string? Validate(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "A tenant name is needed: 1 to 40 characters of a-z, 0-9 and '-'.";
        }

        if (name.Length > MaxLength || name.AsSpan().ContainsAnyExcept(Allowed) || name[0] == '-' || name[^1] == '-')
        {
            return "A tenant name has 1 to 40 characters of a-z, 0-9 and '-', and neither starts nor ends with '-'.";
        }

        return Reserved.Contains(name) ? $"The name '{name}' is reserved. Choose another." : null;
    }
}
