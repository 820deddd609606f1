namespace TenantKit.Control;

/// <summary>Signs people in; implemented by whoever keeps the users.</summary>
public interface ISignInService
{
    /// <summary>Signs a person in. Takes the same time for an unknown name and a wrong password.</summary>
    /// <param name="request">The credentials.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The access token, or why there is none.</returns>
    Task<SignInAnswer> SignInAsync(SignInRequest request, CancellationToken cancellationToken);
}
