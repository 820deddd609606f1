namespace TenantKit.Gateway.Forwarding;

/// <summary>How many requests of one tenant may be sent a second time: a fifth of those of the last ten seconds, and three more.</summary>
/// <remarks>
/// The figures are those of Envoy and Finagle. Where everything fails, an app gets at most 1.2 times its requests; where little goes on, three
/// retries are always left. Kept in buckets of a second; connections that never came about reach no app and are not counted. The requests of the
/// second that goes on are counted without a lock; one that comes as it ends may be counted in the next.
/// </remarks>
internal sealed class RetryBudget
{
    private const int Seconds = 10;
    private const double Share = 0.2;
    private const int Always = 3;

    private readonly Lock gate = new();
    private (long Second, int Requests, int Retries)[] buckets = [];
    private long current = long.MinValue;
    private int requestsNow;

    /// <summary>Counts a request.</summary>
    public void Count(long second)
    {
        if (Volatile.Read(ref current) != second)
        {
            lock (gate)
            {
                Turn(second);
            }
        }

        Interlocked.Increment(ref requestsNow);
    }

    /// <summary>Takes a retry; false when none is left.</summary>
    public bool TryTake(long second)
    {
        lock (gate)
        {
            Turn(second);
            var (requests, retries) = (Volatile.Read(ref requestsNow), 0);
            foreach (var bucket in buckets)
            {
                if (bucket.Second > second - Seconds && bucket.Second <= second)
                {
                    (requests, retries) = (requests + bucket.Requests, retries + bucket.Retries);
                }
            }

            if (retries + 1 > (requests * Share) + Always)
            {
                return false;
            }

            At(second).Retries++;
            return true;
        }
    }

    // A second of before, from a thread that was slow to get here, does not turn it back.
    private void Turn(long second)
    {
        if (second <= current)
        {
            return;
        }

        if (Interlocked.Exchange(ref requestsNow, 0) is var requests and > 0)
        {
            At(current).Requests += requests;
        }

        Volatile.Write(ref current, second);
    }

    private ref (long Second, int Requests, int Retries) At(long second)
    {
        if (buckets.Length == 0)
        {
            buckets = new (long, int, int)[Seconds];
        }

        ref var bucket = ref buckets[second % Seconds];
        if (bucket.Second != second)
        {
            bucket = (second, 0, 0);
        }

        return ref bucket;
    }
}
