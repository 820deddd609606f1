using TenantKit.Gateway.Activity;

namespace TenantKit.Gateway.Access;

/// <summary>Keeps refusals of one tenant's surplus from costing the others: beyond a hundred a second they are kept back, for a second at most.</summary>
/// <remarks>
/// Clients that are refused at once and try again at once keep a gateway busier than those that are served. One that waits for its refusal cannot:
/// so many connections cost so many refusals a second at most. A refusal that is kept back holds a connection and nothing else; the first hundred
/// are not kept back, so a client that behaves is told at once. The places are those of the generic cell rate algorithm (ITU-T I.371). Thread-safe.
/// </remarks>
internal sealed class RefusalPace(TimeProvider time)
{
    /// <summary>Refusals a second, and at once after a quiet second, that are not kept back.</summary>
    public const int Quick = 100;

    /// <summary>Longest time that one is kept back.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>The same refusal, with the time that it is kept back; one that is not of a surplus is never.</summary>
    public GatewayProblem Slow(TenantCounter counter, GatewayProblem problem)
    {
        if (!problem.IsSurplus)
        {
            return problem;
        }

        var second = time.TimestampFrequency;
        var wait = counter.TakeRefusal(time.GetTimestamp(), second / Quick, Quick, (long)(Longest.TotalSeconds * second));
        return wait == 0 ? problem : problem with { Delay = TimeSpan.FromSeconds((double)wait / second) };
    }
}
