namespace TenantKit.Gateway.Forwarding;

/// <summary>How many requests of one tenant may be sent a second time: a fifth of those of the last ten seconds, and three more.</summary>
/// <remarks>
/// The figures are those of Envoy and Finagle. Where everything fails, an app gets at most 1.2 times its requests; where little goes on, three
/// retries are always left. Kept in buckets of a second; connections that never came about reach no app and are not counted.
/// </remarks>
internal sealed class RetryBudget
{
    private const int Seconds = 10;
    private const double Share = 0.2;
    private const int Always = 3;

    private readonly Lock gate = new();
    private (long Second, int Requests, int Retries)[] buckets = [];

    /// <summary>Counts a request.</summary>
    public void Count(long second)
    {
        lock (gate)
        {
            At(second).Requests++;
        }
    }

    /// <summary>Takes a retry; false when none is left.</summary>
    public bool TryTake(long second)
    {
        lock (gate)
        {
            var (requests, retries) = (0, 0);
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
