namespace TenantKit.Gateway.Health;

/// <summary>Why an instance is left out by what its requests showed.</summary>
internal enum EjectionReason
{
    None,

    /// <summary>Too many requests in a row got no answer from it.</summary>
    ConsecutiveFailures,

    /// <summary>It fails far more often than the tenant's other instances.</summary>
    ErrorRate,

    /// <summary>The one request that tried it after an ejection failed as well.</summary>
    TrialFailed,
}
