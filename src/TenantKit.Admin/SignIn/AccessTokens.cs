using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Admin.Http;
using TenantKit.Admin.Users;
using TenantKit.Control;

namespace TenantKit.Admin.SignIn;

/// <summary>Issues access tokens: ES256 JSON Web Tokens (RFC 7519) with the claims of <see cref="AccessTokenClaims"/>.</summary>
internal sealed class AccessTokens(AccessTokenKey key, TimeProvider time, IOptions<TenantAdminOptions> options)
{
    public const string Issuer = "tenantkit";
    public const string Audience = "tenantkit";

    /// <summary>No token lives longer, whatever is configured now or was before; see <see cref="TenantAdminOptions.AccessTokenLifetime"/>.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningCredentials credentials = new(key.SecurityKey, SecurityAlgorithms.EcdsaSha256);

    public TimeSpan Lifetime => options.Value.AccessTokenLifetime;

    public string Create(TenantKitUser user)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Sub] = user.Id,
            [AccessTokenClaims.UserName] = user.UserName,
            [AccessTokenClaims.Role] = EnumText.Of(user.Role),
            [AccessTokenClaims.Stamp] = HashStamp(user.SecurityStamp),
        };
        if (user.TenantId is not null)
        {
            claims[AccessTokenClaims.TenantId] = user.TenantId;
        }

        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Lifetime,
            Claims = claims,
            SigningCredentials = credentials,
        });
    }

    /// <summary>What a token says of the security stamp: enough to compare, nothing to learn.</summary>
    public static string HashStamp(string stamp) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stamp)).AsSpan(0, 16));
}
