using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace TenantKit.Orchestration.Processes;

/// <summary>The folder <c>{DataDirectory}/units</c>: one folder per tenant id, and hidden ones of its own.</summary>
internal sealed class UnitsRoot(string dataDirectory)
{
    private const string DraftPrefix = ".new-";
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetFullPath(dataDirectory), "units");

    public string LeaseFile => System.IO.Path.Combine(Path, ".lease");

    public string WatchdogFile => System.IO.Path.Combine(Path, ".watchdog");

    private string Trash => System.IO.Path.Combine(Path, ".trash");

    public void Create()
    {
        PrivateFiles.CreateFolder(Path);
        PrivateFiles.CreateFolder(Trash);
    }

    /// <summary>Marks the processes of this data directory, in this place: a copy of the directory elsewhere marks its own.</summary>
    public string ReadInstallation()
    {
        var file = System.IO.Path.Combine(Path, ".installation");
        if (!File.Exists(file))
        {
            PrivateFiles.Write(file, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))));
        }

        return $"{File.ReadAllText(file).Trim()}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)).AsSpan(0, 4))}";
    }

    /// <exception cref="ArgumentException">The id cannot be the name of a folder.</exception>
    public UnitFolder Folder(string tenantId)
    {
        if (tenantId.Length is 0 or > 128 || tenantId[0] == '.' || tenantId.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw new ArgumentException($"'{tenantId}' is not a tenant id: 1 to 128 of A-Z, a-z, 0-9, '-', '_', '.', not beginning with a dot.", nameof(tenantId));
        }

        return new UnitFolder(System.IO.Path.Combine(Path, tenantId));
    }

    /// <summary>Folders whose own mark says the tenant they are named after.</summary>
    public IEnumerable<(UnitFolder Folder, UnitMark Mark)> Enumerate()
    {
        foreach (var path in Directory.EnumerateDirectories(Path))
        {
            var name = System.IO.Path.GetFileName(path);
            var folder = new UnitFolder(path);
            if (name[0] != '.' && folder.ReadMark() is { } mark && mark.TenantId == name)
            {
                yield return (folder, mark);
            }
        }
    }

    public static string DraftName(string id) => DraftPrefix + id;

    /// <summary>Moves a unit away in one step, then removes it: after a crash in between, what is left is known to be rubbish.</summary>
    public void Remove(UnitFolder folder, string tenantId, string id)
    {
        if (Directory.Exists(folder.Root))
        {
            PrivateFiles.CreateFolder(Trash);
            Directory.Move(folder.Root, System.IO.Path.Combine(Trash, $"{tenantId}.{id}"));
        }

        if (Directory.Exists(Trash))
        {
            foreach (var remainder in Directory.EnumerateDirectories(Trash, tenantId + ".*"))
            {
                FolderRemoval.Remove(remainder);
            }
        }
    }

    /// <summary>Removes what crashes left behind.</summary>
    public void Sweep()
    {
        foreach (var remainder in Directory.EnumerateDirectories(Trash).Concat(Directory.EnumerateDirectories(Path, DraftPrefix + "*")).ToList())
        {
            FolderRemoval.TryRemove(remainder);
        }
    }
}
