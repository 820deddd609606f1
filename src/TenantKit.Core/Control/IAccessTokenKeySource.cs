namespace TenantKit.Control;

/// <summary>Where the control plane takes the public keys of access tokens from; implemented by whoever issues them.</summary>
public interface IAccessTokenKeySource
{
    /// <summary>The keys that are valid now.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The keys.</returns>
    ValueTask<AccessTokenKeys> GetKeysAsync(CancellationToken cancellationToken);
}
