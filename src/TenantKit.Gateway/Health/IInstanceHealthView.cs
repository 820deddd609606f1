namespace TenantKit.Gateway.Health;

/// <summary>Tells how this gateway sees the instances of tenants that are awake.</summary>
/// <remarks>Thread-safe. For operators: it names tenants and instances, so a host that serves it must know its callers.</remarks>
public interface IInstanceHealthView
{
    /// <summary>The instances of one tenant.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <returns>Its instances by id, oldest first; empty when it sleeps or is unknown.</returns>
    IReadOnlyList<InstanceHealth> Of(string tenantId);

    /// <summary>How many instances of all tenants are in each state.</summary>
    /// <returns>The numbers of those states that occur.</returns>
    IReadOnlyDictionary<InstanceHealthState, int> Count();
}
