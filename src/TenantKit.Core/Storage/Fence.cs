namespace TenantKit.Storage;

/// <summary>Proof of a lease that goes with everything done under it; it is void once somebody else took the lease.</summary>
/// <remarks>"How to do distributed locking" (M. Kleppmann): a lease alone does not stop a holder that was paused; the token does.</remarks>
/// <param name="LeaseName">The lease.</param>
/// <param name="Token">Its token while it was held.</param>
public readonly record struct Fence(string LeaseName, long Token);
