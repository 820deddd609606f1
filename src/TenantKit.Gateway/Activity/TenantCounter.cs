using TenantKit.Gateway.Health;

namespace TenantKit.Gateway.Activity;

/// <summary>One tenant's numbers, without locks. An idle counter is retired, so that a sleeping tenant costs nothing here.</summary>
internal sealed class TenantCounter
{
    private const int Retired = int.MinValue / 2;
    private const long Never = long.MinValue;

    private int inFlight;
    private int forwarding;
    private long requests;
    private long lastAccess = Never;
    private int draining;
    private int told = 1;
    private long paidUntil;
    private long refusedUntil;
    private TenantFleet? fleet;

    /// <summary>What is going on.</summary>
    public OpenRequests Open { get; } = new();

    /// <summary>The tenant's instances as they were found last, null for not yet. Those of a tenant that fell asleep meanwhile are none, and stay none: then they are looked up anew.</summary>
    public TenantFleet? Fleet
    {
        get => Volatile.Read(ref fleet);
        set => Volatile.Write(ref fleet, value);
    }

    public int InFlight => Math.Max(0, Volatile.Read(ref inFlight));

    public int Forwarding => Volatile.Read(ref forwarding);

    /// <summary>When it was used last, as a timestamp of the clock; null when nobody has.</summary>
    public long? LastAccess => Volatile.Read(ref lastAccess) is var last and not Never ? last : null;

    public bool Draining
    {
        get => Volatile.Read(ref draining) != 0;
        set => Volatile.Write(ref draining, value ? 1 : 0);
    }

    /// <summary>Counts one more in flight; false when the counter is retired and a new one is needed.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref inFlight) > 0)
        {
            return true;
        }

        Interlocked.Decrement(ref inFlight);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref inFlight);

    public void Touch(long now)
    {
        Volatile.Write(ref lastAccess, now);
        Volatile.Write(ref told, 0);
    }

    public void CountRequest() => Interlocked.Increment(ref requests);

    public void BeginForward() => Interlocked.Increment(ref forwarding);

    public int EndForward() => Interlocked.Decrement(ref forwarding);

    /// <summary>Takes a place at a rate; returns how long to wait for one, zero when it was taken. All in ticks of the clock.</summary>
    public long TakeAtRate(long now, long interval, int burst)
    {
        while (true)
        {
            var paid = Volatile.Read(ref paidUntil);
            var next = Math.Max(paid, now) + interval;
            var wait = next - now - (burst * interval);
            if (wait > 0)
            {
                return wait;
            }

            if (Interlocked.CompareExchange(ref paidUntil, next, paid) == paid)
            {
                return 0;
            }
        }
    }

    /// <summary>Takes a place among refusals at a rate, and returns how long that one is kept back: up to the longest, whatever came before. All in ticks of the clock.</summary>
    public long TakeRefusal(long now, long interval, int burst, long longest)
    {
        while (true)
        {
            var until = Volatile.Read(ref refusedUntil);
            var next = Math.Min(Math.Max(until, now) + interval, now + (burst * interval) + longest);
            if (Interlocked.CompareExchange(ref refusedUntil, next, until) == until)
            {
                return Math.Max(0, next - now - (burst * interval));
            }
        }
    }

    /// <summary>Takes the requests counted since the last report.</summary>
    public long TakeRequests() => Interlocked.Exchange(ref requests, 0);

    /// <summary>Puts them back after a report that did not arrive.</summary>
    public void PutBack(long count)
    {
        Interlocked.Add(ref requests, count);
        Volatile.Write(ref told, 0);
    }

    /// <summary>True when something happened since the last call.</summary>
    public bool TakeNews() => Interlocked.Exchange(ref told, 1) == 0;

    /// <summary>Ends it when nothing is in flight and everything was told.</summary>
    public bool TryRetire()
    {
        if (Volatile.Read(ref told) != 1 || Interlocked.CompareExchange(ref inFlight, Retired, 0) != 0)
        {
            return false;
        }

        Fleet = null; // whoever still has this counter keeps nothing else alive
        return true;
    }
}
