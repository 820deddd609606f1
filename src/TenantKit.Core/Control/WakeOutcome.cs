namespace TenantKit.Control;

/// <summary>What became of a wake.</summary>
public enum WakeOutcome
{
    /// <summary>It will run, or runs already.</summary>
    Accepted,

    /// <summary>The tenant is suspended.</summary>
    Suspended,

    /// <summary>Its template forbids waking by request.</summary>
    NotAllowed,

    /// <summary>There is no such tenant.</summary>
    Unknown,
}
