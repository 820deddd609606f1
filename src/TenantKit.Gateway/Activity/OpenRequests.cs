namespace TenantKit.Gateway.Activity;

/// <summary>The requests and streams of one tenant that are going on, so that they can be cut off. A list through the exchanges themselves: nothing is allocated.</summary>
/// <remarks>
/// Whoever adds one asks <em>after</em> that whether it may go on, and whoever revokes cuts <em>after</em> the revocation can be seen. Both go
/// through the same lock, so that none slips through between them.
/// </remarks>
internal sealed class OpenRequests
{
    private readonly Lock gate = new();
    private Exchange? first;
    private int count;
    private long area;
    private long changedAt;
    private long takenAt;
    private long areaTaken;

    public void Add(Exchange exchange, long now)
    {
        lock (gate)
        {
            Count(now, 1);
            exchange.Next = first;
            if (first is not null)
            {
                first.Previous = exchange;
            }

            first = exchange;
        }
    }

    public void Remove(Exchange exchange, long now)
    {
        lock (gate)
        {
            Count(now, -1);
            if (exchange.Previous is { } previous)
            {
                previous.Next = exchange.Next;
            }
            else
            {
                first = exchange.Next;
            }

            if (exchange.Next is { } next)
            {
                next.Previous = exchange.Previous;
            }

            (exchange.Previous, exchange.Next) = (null, null);
        }
    }

    /// <summary>How many were going on, as a mean over the time since the last call.</summary>
    public double TakeAverage(long now)
    {
        lock (gate)
        {
            Count(now, 0);
            var average = changedAt > takenAt ? (double)(area - areaTaken) / (changedAt - takenAt) : count;
            (takenAt, areaTaken) = (changedAt, area);
            return average;
        }
    }

    /// <summary>Ends those that a condition is true of; returns how many.</summary>
    public int Cut(Func<Exchange, bool> condition)
    {
        var cut = 0;
        lock (gate)
        {
            // Under the lock none of them can end, so the connection still is theirs.
            for (var exchange = first; exchange is not null;)
            {
                var next = exchange.Next;
                if (!exchange.IsCut && condition(exchange))
                {
                    exchange.IsCut = true;
                    exchange.Http.Abort();
                    cut++;
                }

                exchange = next;
            }
        }

        return cut;
    }

    // The area below the curve of how many go on. Moments of several threads may come out of order; none counts backwards.
    private void Count(long now, int change)
    {
        if (changedAt == 0)
        {
            changedAt = takenAt = now;
        }

        if (now > changedAt)
        {
            area += count * (now - changedAt);
            changedAt = now;
        }

        count += change;
    }
}
