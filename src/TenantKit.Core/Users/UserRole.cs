namespace TenantKit.Users;

/// <summary>What a user may do.</summary>
public enum UserRole
{
    /// <summary>Acts inside its own tenant only.</summary>
    User,

    /// <summary>Reads everything, changes nothing.</summary>
    Auditor,

    /// <summary>Containers and resources; no users or roles.</summary>
    Operator,

    /// <summary>Everything.</summary>
    Administrator,
}
