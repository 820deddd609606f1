namespace TenantKit.Orchestration.Processes;

/// <summary>Removes folders that an app filled, whatever modes it gave them. Links are removed, never followed.</summary>
internal static class FolderRemoval
{
    public static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            Unlock(path);
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
            }
        }
    }

    public static void TryRemove(string path)
    {
        try
        {
            Remove(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void Unlock(string path)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(path) || new DirectoryInfo(path).LinkTarget is not null)
        {
            return;
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var folder in Directory.EnumerateDirectories(path))
        {
            Unlock(folder);
        }
    }
}
