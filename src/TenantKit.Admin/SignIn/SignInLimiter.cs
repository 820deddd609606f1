using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace TenantKit.Admin.SignIn;

/// <summary>Limits sign-ins per address.</summary>
internal sealed class SignInLimiter(IOptions<TenantAdminOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetSlidingWindowLimiter(address, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = options.Value.SignInsPerMinute,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
            QueueLimit = 0,
        }));

    /// <summary>Takes a place.</summary>
    /// <returns>Null when there was one, else when to try again.</returns>
    public TimeSpan? Take(string? address)
    {
        using var lease = limiter.AttemptAcquire(address ?? "unknown");
        if (lease.IsAcquired)
        {
            return null;
        }

        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(10);
    }

    public void Dispose() => limiter.Dispose();
}
