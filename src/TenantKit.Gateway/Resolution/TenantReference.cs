namespace TenantKit.Gateway.Resolution;

/// <summary>A tenant as a request names it: by id or by name. It need not exist.</summary>
public sealed record TenantReference
{
    private TenantReference(string? id, string? name, string pathPrefix)
    {
        TenantId = id;
        TenantName = name;
        PathPrefix = pathPrefix;
    }

    /// <summary>The id; null when it is named by name.</summary>
    public string? TenantId { get; }

    /// <summary>The name, lower case; null when it is named by id.</summary>
    public string? TenantName { get; }

    /// <summary>The prefix to take off the path before it is forwarded, without a slash at its end; empty for none.</summary>
    public string PathPrefix { get; }

    /// <summary>Names a tenant by id.</summary>
    /// <param name="tenantId">The id.</param>
    /// <returns>The reference.</returns>
    public static TenantReference ById(string tenantId) => new(tenantId, null, string.Empty);

    /// <summary>Names a tenant by name.</summary>
    /// <param name="tenantName">The name, lower case.</param>
    /// <param name="pathPrefix">The prefix to take off the path; must be one of whole segments.</param>
    /// <returns>The reference.</returns>
    public static TenantReference ByName(string tenantName, string pathPrefix = "") => new(null, tenantName, pathPrefix);
}
