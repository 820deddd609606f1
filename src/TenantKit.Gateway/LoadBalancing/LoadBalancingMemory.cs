using System.Collections.Concurrent;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>What policies keep for one tenant: one object of each type, made when it is first asked for, gone when the tenant sleeps.</summary>
/// <remarks>Thread-safe; what it holds must be as well.</remarks>
public sealed class LoadBalancingMemory
{
    // Most policies keep nothing, and most tenants that wake are asked little: it is made when first needed.
    private ConcurrentDictionary<Type, object>? kept;

    /// <summary>The object of a type.</summary>
    /// <typeparam name="T">A type of the policy's own.</typeparam>
    /// <returns>Always the same one.</returns>
    public T Get<T>()
        where T : class, new() => (T)LazyInitializer.EnsureInitialized(ref kept).GetOrAdd(typeof(T), static _ => new T());
}
