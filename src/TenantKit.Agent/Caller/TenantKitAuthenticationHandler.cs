using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace TenantKit.Agent.Caller;

/// <summary>The authentication scheme: a bare handler, as the framework's base class brings cookies' and data protection's start-up cost with it.</summary>
internal sealed class TenantKitAuthenticationHandler(IdentityVerifier verifier, IOptions<TenantAgentOptions> options, IHostEnvironment environment)
    : IAuthenticationHandler
{
    private HttpContext context = null!;
    private bool cannotTell;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        this.context = context;
        return Task.CompletedTask;
    }

    public async Task<AuthenticateResult> AuthenticateAsync()
    {
        if (options.Value.IsStandAlone)
        {
            return environment.IsDevelopment() && options.Value.DevelopmentCaller is { } developer ? Success(CallerPrincipal.Create(developer)) : AuthenticateResult.NoResult();
        }

        var header = context.Request.Headers[AgentProtocol.IdentityHeader];
        if (header.Count != 1 || string.IsNullOrEmpty(header[0]))
        {
            return header.Count == 0 ? AuthenticateResult.NoResult() : AuthenticateResult.Fail("More than one identity, or an empty one.");
        }

        try
        {
            return await verifier.VerifyAsync(header[0]!, context.RequestAborted).ConfigureAwait(false) is { } principal
                ? Success(principal)
                : AuthenticateResult.Fail("The identity is not valid.");
        }
        catch (IdentityKeysUnavailableException exception)
        {
            cannotTell = true;
            return AuthenticateResult.Fail(exception);
        }
    }

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        if (!cannotTell)
        {
            return RefuseAsync(StatusCodes.Status401Unauthorized, "not_signed_in", "Sign in at the gateway and call the app through it.");
        }

        context.Response.Headers.RetryAfter = "1";
        return RefuseAsync(StatusCodes.Status503ServiceUnavailable, "identity_keys_unavailable", "The caller cannot be verified now. Try again in a moment.");
    }

    public Task ForbidAsync(AuthenticationProperties? properties) => RefuseAsync(StatusCodes.Status403Forbidden, "not_allowed", "The signed-in user may not do this.");

    private static AuthenticateResult Success(System.Security.Claims.ClaimsPrincipal principal) =>
        AuthenticateResult.Success(new AuthenticationTicket(principal, TenantKitAuthenticationDefaults.AuthenticationScheme));

    private Task RefuseAsync(int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        return context.Response.WriteAsync($$"""{"status":{{status}},"code":"{{code}}","title":"{{detail}}"}""");
    }
}
