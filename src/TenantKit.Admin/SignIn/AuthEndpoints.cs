using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using TenantKit.Admin.Http;
using TenantKit.Admin.Users;
using TenantKit.Control;

namespace TenantKit.Admin.SignIn;

/// <summary><c>/api/auth</c>.</summary>
internal static class AuthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/auth").WithTags("Authentication");
        group.MapPost("/login", LoginAsync).AllowAnonymous().WithName("Login").WithSummary("Signs in with a password.")
            .WithMetadata(JsonBodyOf.Type<LoginRequest>()).Produces<LoginResponse>().ProducesProblem(401).ProducesProblem(429);
        group.MapPost("/refresh", RefreshAsync).AllowAnonymous().WithName("Refresh").WithSummary("Renews a session; the refresh token works once.")
            .WithMetadata(JsonBodyOf.Type<RefreshRequest>()).Produces<LoginResponse>().ProducesProblem(401);
        group.MapPost("/logout", LogoutAsync).AllowAnonymous().WithName("Logout").WithSummary("Ends a session.")
            .WithMetadata(JsonBodyOf.Type<RefreshRequest>()).Produces(204);
        group.MapGet("/me", MeAsync).RequireAuthorization(AdminPolicies.SignedIn).WithName("Me").WithSummary("Who is signed in.")
            .Produces<PrincipalResponse>();
    }

    private static async Task<IResult> LoginAsync(HttpContext context, PasswordSignIn signIn, AccessTokens tokens)
    {
        var (body, _) = await JsonBody.ReadAsync<LoginRequest>(context).ConfigureAwait(false);
        var errors = new Dictionary<string, string[]>();
        if (string.IsNullOrEmpty(body.UserName))
        {
            errors["userName"] = ["A user name is needed."];
        }

        if (string.IsNullOrEmpty(body.Password))
        {
            errors["password"] = ["A password is needed."];
        }

        if (errors.Count > 0)
        {
            throw ApiException.Invalid(errors);
        }

        var request = new SignInRequest(body.UserName!, body.Password!, Address(context));
        return Answer(await signIn.SignInAsync(request, context.TraceIdentifier, context.RequestAborted).ConfigureAwait(false), tokens);
    }

    private static async Task<IResult> RefreshAsync(HttpContext context, Sessions sessions, SignInLimiter limiter, AccessTokens tokens)
    {
        var secret = await ReadSecretAsync(context).ConfigureAwait(false);
        return limiter.Take(Address(context)) is { } wait
            ? Answer(SignInOutcome.Refused("rate_limited", wait), tokens)
            : Answer(await sessions.RenewAsync(secret, context.RequestAborted).ConfigureAwait(false), tokens);
    }

    private static async Task<IResult> LogoutAsync(HttpContext context, Sessions sessions)
    {
        await sessions.CloseAsync(await ReadSecretAsync(context).ConfigureAwait(false), context.RequestAborted).ConfigureAwait(false);
        return new ApiAnswer(204, null);
    }

    private static async Task<IResult> MeAsync(HttpContext context, IUserStore<TenantKitUser> users)
    {
        var user = await users.FindByIdAsync(RequestActor.Of(context).Id, context.RequestAborted).ConfigureAwait(false);
        return user is null
            ? throw new ApiException(401, "invalid_token", "The user is gone.")
            : ApiAnswer.Ok(PrincipalResponse.Of(user));
    }

    private static async Task<string> ReadSecretAsync(HttpContext context)
    {
        var (body, _) = await JsonBody.ReadAsync<RefreshRequest>(context).ConfigureAwait(false);
        return body.RefreshToken is { Length: > 0 and <= 200 } secret ? secret : throw ApiException.Invalid("refreshToken", "A refresh token is needed.");
    }

    private static ApiAnswer Answer(SignInOutcome outcome, AccessTokens tokens) => outcome switch
    {
        { User: { } user } => ApiAnswer.Ok(
            new LoginResponse(outcome.AccessToken, "Bearer", (long)tokens.Lifetime.TotalSeconds, outcome.RefreshToken, PrincipalResponse.Of(user))),
        { RetryAfter: { } wait } => throw new ApiException(429, outcome.ErrorCode!, "Too many attempts. Wait as long as Retry-After says.", retryAfter: wait),
        { ErrorCode: "invalid_credentials" } => throw new ApiException(401, "invalid_credentials", "The user name or the password is wrong."),
        _ => throw new ApiException(401, outcome.ErrorCode!, "The session has ended. Sign in again."),
    };

    private static string? Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();
}
