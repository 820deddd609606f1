using System.Runtime.CompilerServices;

namespace TenantKit.Orchestration.Processes;

/// <summary>Reads the logs of all instances of a unit as one, by time.</summary>
internal sealed class UnitLogReader(string folder, TimeProvider time)
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<string, LogFileReader> followed = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<LogLine> ReadAsync(LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = ReadNew(isFirst: true, withUnfinished: !query.Follow).Where(line => query.Since is null || line.At >= query.Since);
        foreach (var line in query.Tail is { } tail ? first.TakeLast(tail) : first)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }

        while (query.Follow && Directory.Exists(folder))
        {
            await Task.Delay(FollowInterval, time, cancellationToken).ConfigureAwait(false);
            foreach (var line in ReadNew(isFirst: false, withUnfinished: false))
            {
                yield return line;
            }
        }
    }

    private IEnumerable<LogLine> ReadNew(bool isFirst, bool withUnfinished)
    {
        var now = time.GetUtcNow();
        var sources = Files().Select(log => ReadOne(log, now, isFirst, withUnfinished).GetEnumerator()).ToList();
        try
        {
            sources.RemoveAll(static source => !source.MoveNext());
            while (sources.Count > 0)
            {
                var next = sources.MinBy(static source => source.Current.At)!;
                yield return next.Current;
                if (!next.MoveNext())
                {
                    next.Dispose();
                    sources.Remove(next);
                }
            }
        }
        finally
        {
            sources.ForEach(static source => source.Dispose());
        }
    }

    private IEnumerable<LogLine> ReadOne(InstanceLog log, DateTimeOffset now, bool isFirst, bool withUnfinished)
    {
        if (!followed.TryGetValue(log.File, out var reader))
        {
            followed[log.File] = reader = new LogFileReader(log.InstanceId, log.File);
        }

        // The file was emptied since: the rest of what was not read yet is at the same place in the older part.
        var wasRotated = reader.Position > 0 && new FileInfo(log.File) is { Exists: true } file && file.Length < reader.Position;
        if (isFirst || wasRotated)
        {
            var older = new LogFileReader(log.InstanceId, log.Older) { Position = reader.Position };
            foreach (var line in older.Read(log.Times(log.Older), now, withUnfinished: true))
            {
                yield return line;
            }

            reader.Position = 0;
        }

        foreach (var line in reader.Read(log.Times(log.File), now, withUnfinished))
        {
            yield return line;
        }
    }

    private IEnumerable<InstanceLog> Files()
    {
        try
        {
            return Directory.GetFiles(folder, "*.log").Order(StringComparer.Ordinal).Select(file => new InstanceLog(folder, Path.GetFileNameWithoutExtension(file)));
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
