using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Control;

namespace TenantKit.Admin.SignIn;

/// <summary>How the Admin API checks bearer tokens: one algorithm, one key, issuer, audience and expiry required.</summary>
internal sealed class ConfigureAdminBearer(AccessTokenKey key, TimeProvider time) : IConfigureNamedOptions<JwtBearerOptions>
{
    public void Configure(JwtBearerOptions options)
    {
    }

    public void Configure(string? name, JwtBearerOptions options)
    {
        if (name != AdminPolicies.Scheme)
        {
            return;
        }

        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TimeProvider = time;
        options.EventsType = typeof(AdminBearerEvents);
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = AccessTokens.Issuer,
            ValidAudience = AccessTokens.Audience,
            IssuerSigningKey = key.SecurityKey,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            NameClaimType = AccessTokenClaims.UserName,
            RoleClaimType = AccessTokenClaims.Role,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = IsAlive,
        };
    }

    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var skew = TimeSpan.FromSeconds(30); // between replicas, for tokens that seem to come from the future; expiry is exact
        return expires > now && (notBefore is null || notBefore <= now + skew);
    }
}
