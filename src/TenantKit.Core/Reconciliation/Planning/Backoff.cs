using TenantKit.Diagnostics;

namespace TenantKit.Reconciliation.Planning;

/// <summary>
/// Exponential back-off with equal jitter ("Exponential Backoff And Jitter", AWS Architecture Blog): the first failure is repeated at
/// once, the n-th after half to all of min × 2^(n−2), bounded by max.
/// </summary>
internal sealed class Backoff(TenantKitOptions options, IRandomSource random)
{
    public TimeSpan After(int failures)
    {
        if (failures <= 1)
        {
            return TimeSpan.Zero;
        }

        var ceiling = Math.Min(options.MinBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 2, 30)), options.MaxBackoff.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(ceiling * (0.5 + (random.NextDouble() / 2)));
    }
}
