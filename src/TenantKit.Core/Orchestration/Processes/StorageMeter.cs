namespace TenantKit.Orchestration.Processes;

/// <summary>Adds up the files of a folder, at most every few seconds and at most a number of them.</summary>
internal sealed class StorageMeter(string folder)
{
    private const int MaxEntries = 100_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
    };

    private readonly Lock gate = new();
    private long bytes;
    private long? readAt;

    public long Read(TimeProvider time)
    {
        lock (gate)
        {
            if (readAt is { } last && time.GetElapsedTime(last) < Freshness)
            {
                return bytes;
            }

            bytes = Sum();
            readAt = time.GetTimestamp();
            return bytes;
        }
    }

    private long Sum()
    {
        var sum = 0L;
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", Everything).Take(MaxEntries))
            {
                try
                {
                    sum += file.Length;
                }
                catch (FileNotFoundException)
                {
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
        }

        return sum;
    }
}
