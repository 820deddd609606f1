using System.Security.Claims;

namespace TenantKit.Agent.Caller;

/// <summary>The caller as a principal, and back.</summary>
internal static class CallerPrincipal
{
    public static ClaimsPrincipal Create(TenantCaller caller) => new(new ClaimsIdentity(
        [new Claim("sub", caller.UserId), new Claim("name", caller.UserName), new Claim("role", caller.Role)],
        TenantKitAuthenticationDefaults.AuthenticationScheme,
        "name",
        "role"));

    public static TenantCaller? ToCaller(ClaimsPrincipal user) =>
        user.FindFirstValue("sub") is { } id && user.Identity is { IsAuthenticated: true, AuthenticationType: TenantKitAuthenticationDefaults.AuthenticationScheme }
            ? new TenantCaller(id, user.FindFirstValue("name") ?? id, user.FindFirstValue("role") ?? "user")
            : null;
}
