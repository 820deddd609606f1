namespace TenantKit.Diagnostics;

/// <summary>Wakes everybody who waits. Take <see cref="Next"/> before looking, then look, then wait: no pulse is lost.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Pulse
{
    private Latch latch = new();

    public Latch Next => Volatile.Read(ref latch);

    public void Set() => Interlocked.Exchange(ref latch, new Latch()).Open();
}
