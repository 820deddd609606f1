namespace TenantKit.Gateway.Health;

/// <summary>An instance's ejections: how long this one lasts and how many came before. Written under the fleet's lock.</summary>
/// <remarks>
/// As Envoy does it: the nth lasts n times the base time, at most a longest one. For each base time that the instance was back in service, n
/// goes down by one, so an old failing is forgotten. (1) Ejected, (2) the time is over and a probe passed: one request at a time tries it, (3) back.
/// </remarks>
internal sealed class Ejection
{
    private int times;
    private long backAt;

    public EjectionReason Reason { get; private set; }

    /// <summary>When the time is over, as a timestamp of the clock; zero when it is not ejected.</summary>
    public long Until { get; private set; }

    /// <summary>True while one request at a time tries it.</summary>
    public bool Trial { get; private set; }

    public bool IsOut => Until != 0;

    /// <summary>Begins (1); returns how long it lasts.</summary>
    public TimeSpan Begin(EjectionReason reason, TimeSpan first, TimeSpan longest, TimeProvider time)
    {
        var now = time.GetTimestamp();
        if (!Trial && backAt != 0 && first > TimeSpan.Zero)
        {
            times -= (int)Math.Min(times, time.GetElapsedTime(backAt, now) / first);
        }

        times++;
        var lasts = TimeSpan.FromTicks(Math.Min((first * Math.Min(times, 10_000)).Ticks, longest.Ticks));
        (Reason, Trial) = (reason, false);
        Until = now + Math.Max(1, (long)(lasts.TotalSeconds * time.TimestampFrequency));
        return lasts;
    }

    /// <summary>Goes on to (2).</summary>
    public void Try() => (Until, Trial) = (0, true);

    /// <summary>Goes on to (3).</summary>
    public void End(TimeProvider time) => (Until, Trial, Reason, backAt) = (0, false, EjectionReason.None, time.GetTimestamp());
}
