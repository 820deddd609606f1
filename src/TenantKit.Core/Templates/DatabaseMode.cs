namespace TenantKit.Templates;

/// <summary>Where a tenant's database lives.</summary>
public enum DatabaseMode
{
    /// <summary>A file in the tenant's volume.</summary>
    Embedded,

    /// <summary>A database container beside the app.</summary>
    Dedicated,

    /// <summary>A schema and an account on a shared server.</summary>
    Shared,
}
