using Microsoft.IdentityModel.Tokens;
using TenantKit.Control;

namespace TenantKit.Gateway.Access;

/// <summary>What an access token is checked against.</summary>
/// <param name="Source">What the control plane told: issuer and audience to expect, and the keys as text.</param>
/// <param name="Keys">The public keys.</param>
/// <param name="FetchedAt">When they were fetched, as a timestamp of the clock.</param>
internal sealed record AccessTokenKeySet(AccessTokenKeys Source, IReadOnlyList<SecurityKey> Keys, long FetchedAt)
{
    /// <summary>True when one of the keys has this id.</summary>
    public bool Contains(string keyId) => Keys.Any(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal));
}
