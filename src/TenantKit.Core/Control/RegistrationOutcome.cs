namespace TenantKit.Control;

/// <summary>What became of a registration.</summary>
public enum RegistrationOutcome
{
    /// <summary>Accepted (200).</summary>
    Accepted,

    /// <summary>The token is not that instance's (401).</summary>
    Unauthenticated,

    /// <summary>The port, path or address is not that instance's (403).</summary>
    Mismatch,

    /// <summary>The instance is no longer current (409).</summary>
    Stale,

    /// <summary>The tenant is deleted (410).</summary>
    TenantDeleted,

    /// <summary>Not known yet: try again soon (503).</summary>
    NotYetKnown,
}
