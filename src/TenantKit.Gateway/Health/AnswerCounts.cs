namespace TenantKit.Gateway.Health;

/// <summary>How many answers of an instance were failures, over this interval and the one before. Part of its slot: one object less to be read for an answer.</summary>
internal struct AnswerCounts
{
    private int total;
    private int failed;
    private int earlierTotal;
    private int earlierFailed;

    public int Total => Volatile.Read(ref total) + Volatile.Read(ref earlierTotal);

    public int Failed => Volatile.Read(ref failed) + Volatile.Read(ref earlierFailed);

    public void Count(bool failure)
    {
        Interlocked.Increment(ref total);
        if (failure)
        {
            Interlocked.Increment(ref failed);
        }
    }

    /// <summary>Begins a new interval. A count that comes in meanwhile may be lost: the shares are what matters.</summary>
    public void Rotate()
    {
        Volatile.Write(ref earlierTotal, Interlocked.Exchange(ref total, 0));
        Volatile.Write(ref earlierFailed, Interlocked.Exchange(ref failed, 0));
    }

    public void Clear()
    {
        Rotate();
        Rotate();
    }
}
