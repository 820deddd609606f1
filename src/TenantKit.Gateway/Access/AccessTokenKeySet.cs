using Microsoft.IdentityModel.Tokens;

namespace TenantKit.Gateway.Access;

/// <summary>What an access token is checked against.</summary>
/// <param name="Issuer">The issuer to expect.</param>
/// <param name="Audience">The audience to expect.</param>
/// <param name="Keys">The public keys.</param>
/// <param name="FetchedAt">When they were fetched, as a timestamp of the clock.</param>
internal sealed record AccessTokenKeySet(string Issuer, string Audience, IReadOnlyList<SecurityKey> Keys, long FetchedAt)
{
    /// <summary>True when one of the keys has this id.</summary>
    public bool Contains(string keyId) => Keys.Any(key => string.Equals(key.KeyId, keyId, StringComparison.Ordinal));
}
