namespace TenantKit.Control;

/// <summary>What a gateway needs to check access tokens.</summary>
/// <param name="Issuer">The issuer to expect.</param>
/// <param name="Audience">The audience to expect.</param>
/// <param name="JsonWebKeySet">The public keys as a JSON Web Key Set (RFC 7517).</param>
public sealed record AccessTokenKeys(string Issuer, string Audience, string JsonWebKeySet);
