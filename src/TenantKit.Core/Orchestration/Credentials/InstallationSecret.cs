using System.Security.Cryptography;
using TenantKit.Diagnostics;

namespace TenantKit.Orchestration.Credentials;

/// <summary>The file <c>instance.key</c>: 32 random bytes that only the host's user may read.</summary>
internal static class InstallationSecret
{
    private const int Length = 32;

    public static byte[] LoadOrCreate(string folder)
    {
        var path = Path.Combine(folder, "instance.key");
        try
        {
            CreateFolder(folder);
            if (!File.Exists(path))
            {
                Create(folder, path);
            }

            var secret = File.ReadAllBytes(path);
            if (secret.Length != Length)
            {
                throw new InvalidOperationException(
                    $"'{path}' holds {secret.Length} bytes instead of {Length}: it is damaged. Restore it from a backup; or remove it, and every running instance is restarted with a new key.");
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return secret;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"The installation's secret '{path}' can be neither read nor made: {e.Message} Give the host's user write access to the folder, or set TenantKit:DataDirectory to another one.", e);
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Written aside and moved without overwriting: of two hosts that start at once, one wins and both read the same bytes.</summary>
    private static void Create(string folder, string path)
    {
        var draft = Path.Combine(folder, $".instance.key.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(draft, how))
            {
                stream.Write(RandomNumberGenerator.GetBytes(Length));
                stream.Flush(flushToDisk: true);
            }

            NewFile.Place(draft, path);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
