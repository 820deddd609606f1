using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using TenantKit.Admin.Audit;
using TenantKit.Admin.Http;
using TenantKit.Admin.Users;
using TenantKit.Control;
using TenantKit.Storage;

namespace TenantKit.Admin.SignIn;

/// <summary>Checks with every request that the token's user still is who the token says, and answers refusals as problems.</summary>
internal sealed class AdminBearerEvents(DenialAudit denials) : JwtBearerEvents
{
    private static readonly object StoreDown = new();

    public override async Task TokenValidated(TokenValidatedContext context)
    {
        var principal = context.Principal!;
        var id = principal.FindFirst(JwtRegisteredClaimNames.Sub)?.Value ?? "";
        var stamp = principal.FindFirst(AccessTokenClaims.Stamp)?.Value ?? "";
        var users = context.HttpContext.RequestServices.GetRequiredService<IUserStore<TenantKitUser>>();
        try
        {
            var user = await users.FindByIdAsync(id, context.HttpContext.RequestAborted).ConfigureAwait(false);
            if (user is null || !user.MaySignIn || !Same(stamp, AccessTokens.HashStamp(user.SecurityStamp)))
            {
                context.Fail("The session has ended.");
            }
        }
        catch (StoreUnavailableException)
        {
            context.HttpContext.Items[StoreDown] = true;
            context.Fail("The store cannot be asked.");
        }
    }

    public override Task Challenge(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        if (context.HttpContext.Items.ContainsKey(StoreDown))
        {
            return ProblemWriter.WriteAsync(context.HttpContext, 503, "store_unavailable", "The store cannot serve now. Try again soon.", retryAfter: TimeSpan.FromSeconds(5));
        }

        var isInvalid = context.AuthenticateFailure is not null;
        context.Response.Headers.WWWAuthenticate = isInvalid ? "Bearer error=\"invalid_token\"" : "Bearer";
        return ProblemWriter.WriteAsync(
            context.HttpContext,
            StatusCodes.Status401Unauthorized,
            isInvalid ? "invalid_token" : "unauthenticated",
            isInvalid ? "The access token is wrong, expired or revoked. Sign in again." : "Sign in at POST /api/auth/login and send 'Authorization: Bearer …'.");
    }

    public override async Task Forbidden(ForbiddenContext context)
    {
        var http = context.HttpContext;
        await denials.RecordAsync(RequestActor.Of(http), "request." + http.Request.Method.ToLowerInvariant(), "path" + http.Request.Path).ConfigureAwait(false);
        await ProblemWriter.WriteAsync(http, StatusCodes.Status403Forbidden, "forbidden", "Your role does not allow this.").ConfigureAwait(false);
    }

    private static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right));
}
