using System.Globalization;

namespace TenantKit.Testing.Virtual.Hosting;

/// <summary>Runs the world for a test: within limits, and with the errors that a test must see.</summary>
internal sealed class Pump(VirtualWorld world)
{
    /// <summary>More than a thousand tenants ever need at one moment; what repeats itself without waiting reaches it soon.</summary>
    private const long MostEventsAtOnce = 5_000_000;

    /// <summary>Runs until something is reached, or says what was not, and what stands in its way.</summary>
    public void Until(Func<bool> isReached, TimeSpan limit, string complaint, Func<string> explain)
    {
        var reached = world.RunUntil(Guarded(isReached), limit);
        ThrowFailure();
        if (!reached)
        {
            throw new TimeoutException(string.Create(
                CultureInfo.InvariantCulture,
                $"{complaint} within {limit:c} of virtual time (seed {world.Seed}, now at {world.Elapsed:c}). {explain()} Give it a longer limit if it only needs time; the same seed repeats this run."));
        }
    }

    public void For(TimeSpan time)
    {
        world.RunUntil(Guarded(static () => false), time);
        ThrowFailure();
    }

    public void ThrowFailure()
    {
        if (world.Failure is { } failure)
        {
            throw new InvalidOperationException(failure.Message, failure);
        }
    }

    /// <summary>Time that stands still would make the test hang.</summary>
    private Func<bool> Guarded(Func<bool> isReached)
    {
        var (moment, since) = (world.Elapsed, world.Events);
        return () =>
        {
            if (world.Elapsed != moment)
            {
                (moment, since) = (world.Elapsed, world.Events);
            }
            else if (world.Events - since > MostEventsAtOnce)
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Virtual time stands still at {moment:c} after {MostEventsAtOnce:N0} events (seed {world.Seed}): something repeats itself without waiting. Let it wait on the TimeProvider of the services."));
            }

            return isReached();
        };
    }
}
