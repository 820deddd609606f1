using Microsoft.Extensions.Options;

namespace TenantKit.Admin.SignIn;

/// <summary>Counts failed sign-ins of names that nobody has, so that they get locked like real ones and reveal nothing.</summary>
/// <remarks>In memory and per replica; the oldest are forgotten beyond 10,000 names.</remarks>
internal sealed class UnknownNames(TimeProvider time, IOptions<TenantAdminOptions> options)
{
    private const int Capacity = 10_000;
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> order = new();

    /// <summary>Until when a name is locked; null when it is not.</summary>
    public DateTimeOffset? LockedUntil(string name)
    {
        lock (gate)
        {
            return entries.TryGetValue(name, out var node) && node.Value.LockoutEnd > time.GetUtcNow() ? node.Value.LockoutEnd : null;
        }
    }

    public void Fail(string name)
    {
        lock (gate)
        {
            var failures = 1;
            if (entries.Remove(name, out var node))
            {
                failures += node.Value.Failures;
                order.Remove(node);
            }

            var lockoutEnd = time.GetUtcNow() + LockoutPolicy.Duration(failures, options.Value.MaxFailedSignIns);
            entries[name] = order.AddLast(new Entry(name, failures, lockoutEnd));
            if (entries.Count > Capacity)
            {
                entries.Remove(order.First!.Value.Name);
                order.RemoveFirst();
            }
        }
    }

    private sealed record Entry(string Name, int Failures, DateTimeOffset? LockoutEnd);
}
