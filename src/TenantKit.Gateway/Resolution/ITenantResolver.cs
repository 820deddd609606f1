namespace TenantKit.Gateway.Resolution;

/// <summary>One way to tell which tenant a request is for. The built-in ones look at the path, the host, the header of a trusted proxy and the caller, in this order; the first answer counts.</summary>
/// <remarks>
/// Thread-safe. An answer is no permission: Access checks afterwards that the caller may enter that tenant, whichever way it was named.
/// Resolvers added later are asked after those before them.
/// </remarks>
public interface ITenantResolver
{
    /// <summary>Looks for a tenant in a request.</summary>
    /// <param name="request">What is known of the request.</param>
    /// <returns>The tenant, or null when this way names none.</returns>
    TenantReference? Resolve(in TenantResolutionRequest request);
}
