using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace TenantKit.Docker.Engine;

/// <summary>
/// The files that are laid into a volume before its container starts: the data folder with its owner, and secrets that only that owner may read.
/// They travel in the call to the engine, and appear neither in the environment nor in labels.
/// </summary>
internal sealed class SecretArchive(string user)
{
    private readonly MemoryStream bytes = new();
    private readonly List<TarEntry> entries = [];
    private readonly (int Uid, int Gid) owner = Parse(user);

    public SecretArchive Folder(string path, bool forAnybody = false)
    {
        var all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        entries.Add(new PaxTarEntry(TarEntryType.Directory, path) { Mode = forAnybody ? all | others : all, Uid = owner.Uid, Gid = owner.Gid });
        return this;
    }

    public SecretArchive File(string path, string text, bool forAnybody = false)
    {
        entries.Add(new PaxTarEntry(TarEntryType.RegularFile, path)
        {
            Mode = forAnybody ? UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead : UnixFileMode.UserRead,
            Uid = owner.Uid,
            Gid = owner.Gid,
            DataStream = new MemoryStream(Encoding.ASCII.GetBytes(text)),
        });
        return this;
    }

    public Stream Build()
    {
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            entries.ForEach(writer.WriteEntry);
        }

        bytes.Position = 0;
        return bytes;
    }

    private static (int Uid, int Gid) Parse(string user)
    {
        var parts = user.Split(':');
        var uid = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return (uid, parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var group) ? group : uid);
    }
}
