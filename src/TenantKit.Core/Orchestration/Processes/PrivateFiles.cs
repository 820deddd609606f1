using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TenantKit.Orchestration.Processes;

/// <summary>Files and folders that only the host's user may read, replaced whole or not at all.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
        }
    }

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var draft = path + ".tmp";
        try
        {
            var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                how.UnixCreateMode = Owner;
            }

            using (var stream = new FileStream(draft, how))
            {
                stream.Write(content);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            Forget(draft);
            throw;
        }
    }

    public static void WriteJson<T>(string path, T value, JsonTypeInfo<T> type) => Write(path, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Null when there is no such file, or none that can be understood.</summary>
    public static T? ReadJson<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Removes a file whose absence or presence changes nothing.</summary>
    public static void Forget(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
