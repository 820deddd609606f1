namespace TenantKit.Storage;

/// <summary>The lease under which something was to be written is no longer held. Nothing was written; whoever holds it now goes on.</summary>
/// <param name="leaseName">Name of the lease.</param>
/// <param name="token">The token that is void.</param>
public sealed class LeaseLostException(string leaseName, long token)
    : Exception($"The lease '{leaseName}' with token {token} is no longer held: another replica has taken over.")
{
    /// <summary>Name of the lease.</summary>
    public string LeaseName { get; } = leaseName;

    /// <summary>The token that is void.</summary>
    public long Token { get; } = token;
}
