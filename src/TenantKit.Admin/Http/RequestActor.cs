using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using TenantKit.Audit;
using TenantKit.Control;

namespace TenantKit.Admin.Http;

/// <summary>On whose behalf a request acts.</summary>
internal static class RequestActor
{
    public static Actor Of(HttpContext context)
    {
        var user = context.User;
        var id = user.FindFirst(JwtRegisteredClaimNames.Sub)?.Value;
        return id is null
            ? Actor.Anonymous with { RequestId = context.TraceIdentifier }
            : new Actor(id, user.FindFirst(AccessTokenClaims.UserName)?.Value, context.TraceIdentifier);
    }
}
