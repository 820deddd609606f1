using TenantKit.Control.Remote;
using TenantKit.Gateway.Forwarding;
using TenantKit.Routing;
using TenantKit.Users;

namespace TenantKit.Gateway.Routing;

/// <summary>The snapshot on disk: whole or not at all, secret, and only from gateways of the same installation.</summary>
internal sealed class SnapshotFile
{
    private const string FileName = "routes.snapshot";
    private const int RoutesPerRecord = 500;
    private readonly GatewayTokens secret;

    public SnapshotFile(string folder, IdentityKey key)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), FileName);
        secret = GatewayTokens.FromKey(key.Key);
    }

    public string Path { get; }

    /// <summary>Reads it; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be trusted or read; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public RouteSnapshot? Read()
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20);
        var (codec, routes, revocations, head) = (new RouteCodec(), new List<Route>(), new List<Revocation>(), default(SnapshotHead));
        try
        {
            foreach (var record in SealedRecords.Read(file, secret))
            {
                if (head is null)
                {
                    head = GatewayJson.Read<SnapshotHead>(record);
                    routes.EnsureCapacity(head.Count);
                }
                else
                {
                    var part = codec.Read(record);
                    routes.AddRange(part.Routes);
                    revocations.AddRange(part.Revocations);
                }
            }
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new InvalidDataException("It is of another version.", exception);
        }

        return new RouteSnapshot(new RouteList(routes, head!.Revision) { Epoch = head.Epoch, Revocations = revocations }, head.Keys, head.WrittenAt);
    }

    /// <summary>Writes it beside and moves it over the old one when all of it is on the disk.</summary>
    /// <returns>Its size in bytes.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public long Write(RouteSnapshot snapshot)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var draft = Path + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 20 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        long length;
        using (var file = new FileStream(draft, options))
        {
            SealedRecords.Write(file, secret, Records(snapshot));
            file.Flush(flushToDisk: true);
            length = file.Length;
        }

        File.Move(draft, Path, overwrite: true);
        return length;
    }

    private static IEnumerable<(byte[] Content, bool IsLast)> Records(RouteSnapshot snapshot)
    {
        var (routes, revocations, revision) = (snapshot.Table.Routes, snapshot.Table.Revocations, snapshot.Table.Revision);
        yield return (GatewayJson.Write(new SnapshotHead(routes.Count, revision, snapshot.Table.Epoch, snapshot.WrittenAt, snapshot.Keys)), routes.Count == 0 && revocations.Count == 0);
        foreach (var (part, isLast) in Parts(revocations))
        {
            yield return (RouteCodec.Write(new RouteList([], revision) { Revocations = part }), isLast && routes.Count == 0);
        }

        foreach (var (part, isLast) in Parts(routes))
        {
            yield return (RouteCodec.Write(new RouteList(part, revision)), isLast);
        }
    }

    private static IEnumerable<(T[] Part, bool IsLast)> Parts<T>(IReadOnlyList<T> all)
    {
        for (var from = 0; from < all.Count; from += RoutesPerRecord)
        {
            yield return ([.. all.Skip(from).Take(RoutesPerRecord)], from + RoutesPerRecord >= all.Count);
        }
    }
}
