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

    public void Add(Exchange exchange)
    {
        lock (gate)
        {
            exchange.Next = first;
            if (first is not null)
            {
                first.Previous = exchange;
            }

            first = exchange;
        }
    }

    public void Remove(Exchange exchange)
    {
        lock (gate)
        {
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

    /// <summary>Ends those that a condition is true of; returns how many.</summary>
    public int Cut(Func<Exchange, bool> condition)
    {
        var count = 0;
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
                    count++;
                }

                exchange = next;
            }
        }

        return count;
    }
}
