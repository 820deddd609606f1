using System.Buffers.Binary;

namespace TenantKit.Orchestration.Processes;

/// <summary>
/// The log of one instance. The app appends to the file by itself, so that nothing is lost while no host runs. As its lines carry no time, an
/// index beside it says how long the file was when: a line's time is when it was first seen.
/// </summary>
/// <remarks>Thread-safe within one host.</remarks>
internal sealed class InstanceLog(string folder, string instanceId)
{
    private const int EntrySize = 16;
    private readonly Lock gate = new();
    private long seen = -1;

    public string InstanceId { get; } = instanceId;

    public string File { get; } = Path.Combine(folder, instanceId + ".log");

    public string Older => File + ".1";

    public void Create() => PrivateFiles.Write(File, []);

    /// <summary>Notes how far the file has grown.</summary>
    public void Observe(DateTimeOffset now)
    {
        lock (gate)
        {
            var length = new FileInfo(File) is { Exists: true } file ? file.Length : 0;
            if (seen < 0)
            {
                seen = LogTimes.Read(Index(File)).LastOffset;
            }

            if (length > seen)
            {
                var entry = new byte[EntrySize];
                BinaryPrimitives.WriteInt64LittleEndian(entry, length);
                BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(8), now.ToUnixTimeMilliseconds());
                using var index = new FileStream(Index(File), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                index.Write(entry);
                seen = length;
            }
        }
    }

    /// <summary>
    /// Keeps one older part when the file is full. The app holds the file open to append, so that it is copied and emptied; a line written
    /// between the two is lost.
    /// </summary>
    public void RotateWhenFull(int maxBytes)
    {
        lock (gate)
        {
            if (seen <= maxBytes)
            {
                return;
            }

            System.IO.File.Copy(File, Older, overwrite: true);
            using (var stream = new FileStream(File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                stream.SetLength(0);
            }

            System.IO.File.Move(Index(File), Index(Older), overwrite: true);
            seen = 0;
        }
    }

    public LogTimes Times(string file) => LogTimes.Read(Index(file));

    public void Forget()
    {
        foreach (var file in (string[])[File, Older])
        {
            PrivateFiles.Forget(file);
            PrivateFiles.Forget(Index(file));
        }
    }

    private static string Index(string file) => file + ".times";
}
