namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>The processes of tenants' apps, as the operating system knows them: found by their data directory, not by what a host says.</summary>
internal static class TenantProcesses
{
    private const string Variable = "TENANTKIT_DATA_DIR=";

    public static IReadOnlyList<int> Of(string dataDirectory, string? tenantId = null) =>
        [.. Directory.GetDirectories("/proc").Select(static path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0 && DataOf(id) is { } data
                && data.StartsWith(dataDirectory + "/", StringComparison.Ordinal)
                && (tenantId is null || data.Contains(tenantId, StringComparison.OrdinalIgnoreCase)))];

    private static string? DataOf(int id)
    {
        try
        {
            // A process that has ended and was not waited for has no environment any more.
            return File.ReadAllText($"/proc/{id}/environ").Split('\0').FirstOrDefault(static entry => entry.StartsWith(Variable, StringComparison.Ordinal))?[Variable.Length..];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
