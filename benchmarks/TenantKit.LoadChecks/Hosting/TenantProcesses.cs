namespace TenantKit.LoadChecks.Hosting;

/// <summary>The processes of tenants' apps as the operating system knows them, found by their environment.</summary>
internal static class TenantProcesses
{
    /// <summary>Those below a data directory: number and instance.</summary>
    public static List<(int Id, string InstanceId)> Of(string dataDirectory)
    {
        var found = new List<(int, string)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && Variables(id) is { } variables
                && Value(variables, "TENANTKIT_DATA_DIR=")?.StartsWith(dataDirectory + "/", StringComparison.Ordinal) == true)
            {
                found.Add((id, Value(variables, "TENANTKIT_INSTANCE_ID=") ?? string.Empty));
            }
        }

        return found;
    }

    private static string? Value(string[] variables, string name) =>
        Array.Find(variables, entry => entry.StartsWith(name, StringComparison.Ordinal))?[name.Length..];

    private static string[]? Variables(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/environ").Split('\0');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended.
        }
    }
}
