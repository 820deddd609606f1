using TenantKit.Diagnostics;
using TenantKit.Storage;

namespace TenantKit.Leases;

/// <summary>
/// Names this replica of the control plane: an id kept in its data directory. Whoever holds the directory's lock under that name knows that
/// an earlier process of the same name is gone, and takes over its leases without waiting.
/// </summary>
internal class ReplicaIdentity(DataDirectoryLock directory, IIdSource ids)
{
    private const string FileName = "replica.id";
    private string? name;

    /// <summary>The name; read, or made, when it is first asked for.</summary>
    public virtual string Name => name ??= Read();

    private string Read()
    {
        directory.Acquire();
        var path = Path.Combine(directory.DataDirectory, FileName);
        try
        {
            if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 and <= 64 } known)
            {
                return known;
            }

            var made = ids.NewId();
            File.WriteAllText(path + ".new", made);
            File.Move(path + ".new", path, overwrite: true);
            return made;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The replica's name cannot be kept in '{path}': {exception.Message} Make the data directory writable.", exception);
        }
    }
}
