namespace TenantKit.Tenants;

/// <summary>What a tenant's compute should be doing.</summary>
public enum DesiredState
{
    /// <summary>The app runs; it may be put to sleep when idle.</summary>
    Running,

    /// <summary>No compute; the data is kept; a request wakes it unless its template forbids that.</summary>
    Sleeping,

    /// <summary>Everything is destroyed. Final for this tenant id.</summary>
    Deleted,
}
