using System.Collections.Concurrent;

namespace TenantKit.Gateway.Registration;

/// <summary>One registration a second for each instance, five at once.</summary>
/// <remarks>Kept as the time at which the bucket is full again, one number per instance (the generic cell rate algorithm, ITU-T I.371).</remarks>
internal sealed class RegistrationLimiter(TimeProvider time)
{
    private const int Burst = 5;
    private const int MostInstances = 100_000;

    private readonly ConcurrentDictionary<string, long> fullAt = new(StringComparer.Ordinal);

    /// <summary>True when the instance may register now.</summary>
    public bool TryTake(string instanceId)
    {
        if (fullAt.Count >= MostInstances)
        {
            Forget();
        }

        var now = time.GetTimestamp();
        var second = time.TimestampFrequency;
        while (true)
        {
            var known = fullAt.TryGetValue(instanceId, out var current);
            var next = Math.Max(known ? current : now, now) + second;
            if (next - now > Burst * second)
            {
                return false;
            }

            if (known ? fullAt.TryUpdate(instanceId, next, current) : fullAt.TryAdd(instanceId, next))
            {
                return true;
            }
        }
    }

    // Strangers can name instances that do not exist: their entries go once they are full again, or all when there are still too many.
    private void Forget()
    {
        var now = time.GetTimestamp();
        foreach (var entry in fullAt)
        {
            if (entry.Value <= now)
            {
                fullAt.TryRemove(entry);
            }
        }

        if (fullAt.Count >= MostInstances)
        {
            fullAt.Clear();
        }
    }
}
