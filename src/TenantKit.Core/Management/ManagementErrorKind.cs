namespace TenantKit.Management;

/// <summary>Kinds of refusals.</summary>
public enum ManagementErrorKind
{
    /// <summary>The request is wrong in itself (400).</summary>
    Invalid,

    /// <summary>What it names does not exist (404).</summary>
    NotFound,

    /// <summary>It contradicts what is (409).</summary>
    Conflict,

    /// <summary>The named revision is no longer the newest (412).</summary>
    Stale,
}
