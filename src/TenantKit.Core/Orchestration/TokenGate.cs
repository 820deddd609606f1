using System.Collections.Concurrent;

namespace TenantKit.Orchestration;

/// <summary>Remembers the highest fencing token of each unit, also of those that are gone: a late caller must not bring one back.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TokenGate
{
    private readonly ConcurrentDictionary<string, long> highest = new(StringComparer.Ordinal);

    /// <summary>Lets a token in and remembers it; 0 stands for a caller without leases.</summary>
    /// <exception cref="StaleTokenException">A higher one was seen.</exception>
    public void Admit(UnitRef unit, long token)
    {
        if (token <= 0)
        {
            return;
        }

        var seen = highest.AddOrUpdate(unit.Name, static (_, given) => given, static (_, known, given) => Math.Max(known, given), token);
        if (seen > token)
        {
            throw new StaleTokenException(unit, token, seen);
        }
    }
}
