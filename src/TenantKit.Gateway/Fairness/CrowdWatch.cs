using System.Numerics;
using TenantKit.Gateway.Activity;

namespace TenantKit.Gateway.Fairness;

/// <summary>Tells which requests belong to a crowd: of a tenant that has many in flight while another one makes do with few.</summary>
/// <remarks>
/// What a socket brings is worked on in the order in which it came: a tenant that has hundreds of connections at work lets everybody wait for all of them,
/// however quick each is. So a crowd's requests take turns in <see cref="Lane"/>, and what others send finds the threads of the sockets free. Which
/// tenants are many and which few is told from the requests in flight alone, so that it costs next to nothing where nobody crowds; a tenant
/// that is alone, or one of several alike, keeps the short way. Thread-safe: marks that race lose one of two, and both say the same.
/// </remarks>
/// <param name="time">The clock.</param>
/// <param name="lane">Where crowds take turns; null for a part of the thread pool.</param>
internal sealed class CrowdWatch(TimeProvider time, BulkLane? lane = null)
{
    /// <summary>Requests in flight up to which a tenant is no crowd.</summary>
    public const int Few = 8;

    /// <summary>How many times as many as another tenant's a crowd's requests in flight are.</summary>
    public const int Times = 8;

    /// <summary>How long one that makes do with few is remembered.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    private const int Levels = 32;
    private readonly Mark[] marks = [.. Enumerable.Repeat(new Mark { At = long.MinValue / 2 }, Levels)];
    private readonly long memory = (long)(Memory.TotalSeconds * time.TimestampFrequency);
    private readonly long fresh = time.TimestampFrequency / 100;

    /// <summary>Where crowds take turns. A lane apart from that for what is long: each of them gets its share.</summary>
    public BulkLane Lane { get; } = lane ?? new BulkLane(Environment.ProcessorCount);

    /// <summary>Sees a request that is counted already, at a timestamp of the clock; true when it is one of a crowd's.</summary>
    public bool See(TenantCounter counter, long now)
    {
        var inFlight = counter.InFlight;
        var level = BitOperations.Log2((uint)inFlight | 1);
        if (now - Volatile.Read(ref marks[level].At) > fresh)
        {
            Volatile.Write(ref marks[level].Who, counter);
            Volatile.Write(ref marks[level].At, now);
        }

        return inFlight > Few && IsBesideFew(counter, inFlight / Times, now);
    }

    private bool IsBesideFew(TenantCounter counter, int few, long now)
    {
        for (var level = BitOperations.Log2((uint)few); level >= 0; level--)
        {
            // Who had few once may be a crowd by now.
            if (now - Volatile.Read(ref marks[level].At) < memory && Volatile.Read(ref marks[level].Who) is { } who && who != counter && who.InFlight <= few)
            {
                return true;
            }
        }

        return false;
    }

    private struct Mark
    {
        public long At;
        public TenantCounter? Who;
    }
}
