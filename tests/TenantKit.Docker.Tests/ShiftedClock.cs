namespace TenantKit.Docker.Tests;

/// <summary>The system's clock, set ahead when a test wants it.</summary>
public sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
