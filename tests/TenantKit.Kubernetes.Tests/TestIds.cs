using TenantKit.Diagnostics;

namespace TenantKit.Kubernetes.Tests;

/// <summary>Ids of the form of real ones, ordered by time.</summary>
internal sealed class TestIds : IIdSource
{
    private static long last = DateTime.UtcNow.Ticks;

    public string NewId() => $"01{Interlocked.Increment(ref last):x16}".PadRight(26, '0');
}
