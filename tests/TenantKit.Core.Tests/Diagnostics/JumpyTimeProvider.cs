using Microsoft.Extensions.Time.Testing;

namespace TenantKit.Core.Tests.Diagnostics;

/// <summary>A clock whose wall reading can be moved while its monotonic one goes on.</summary>
internal sealed class JumpyTimeProvider() : FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private TimeSpan offset;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Jump(TimeSpan by) => offset += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
