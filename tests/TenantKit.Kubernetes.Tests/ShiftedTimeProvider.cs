namespace TenantKit.Kubernetes.Tests;

/// <summary>The system's clock, some time ahead.</summary>
internal sealed class ShiftedTimeProvider : TimeProvider
{
    private long ticks;

    public void Shift(TimeSpan by) => Interlocked.Add(ref ticks, (long)(by.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref ticks);
}
