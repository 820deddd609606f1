using Microsoft.Extensions.DependencyInjection;
using TenantKit.Control;

namespace TenantKit.Admin.SignIn;

/// <summary>Sign-in for the gateway's page. It gets no session that can be renewed: the one that was opened is closed again.</summary>
internal sealed class SignInService(IServiceScopeFactory scopes, AccessTokens tokens) : ISignInService
{
    public async Task<SignInAnswer> SignInAsync(SignInRequest request, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var outcome = await scope.ServiceProvider.GetRequiredService<PasswordSignIn>()
            .SignInAsync(request, requestId: null, cancellationToken).ConfigureAwait(false);
        if (outcome.User is null)
        {
            return new SignInAnswer(null, TimeSpan.Zero, outcome.ErrorCode, outcome.RetryAfter);
        }

        await scope.ServiceProvider.GetRequiredService<Sessions>().CloseAsync(outcome.RefreshToken, cancellationToken).ConfigureAwait(false);
        return new SignInAnswer(outcome.AccessToken, tokens.Lifetime, null);
    }
}
