namespace TenantKit.Control;

/// <summary>What a gateway asks of the control plane. In one process these are method calls.</summary>
/// <remarks>Thread-safe. Every method may throw <see cref="ControlPlaneUnavailableException"/>.</remarks>
public interface IControlClient
{
    /// <summary>Asks for a sleeping tenant to be woken. Acknowledged once the intent is stored; readiness comes by the route feed.</summary>
    /// <param name="request">Whom to wake and for whom.</param>
    /// <param name="cancellationToken">Cancels the wait for the acknowledgement.</param>
    /// <returns>The acknowledgement.</returns>
    Task<WakeAnswer> WakeAsync(WakeRequest request, CancellationToken cancellationToken);

    /// <summary>Tells what the gateway did since its last report, and how far it applied the route feed.</summary>
    /// <param name="report">The report.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the report was taken in.</returns>
    Task ReportActivityAsync(ActivityReport report, CancellationToken cancellationToken);

    /// <summary>Passes on what an instance says of itself. The caller has checked nothing: the control plane verifies the proof.</summary>
    /// <param name="registration">What the instance said.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was accepted.</returns>
    Task<RegistrationAnswer> RegisterInstanceAsync(InstanceRegistration registration, CancellationToken cancellationToken);

    /// <summary>The public keys that access tokens are signed with, as a JSON Web Key Set.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The key set and the issuer and audience to expect.</returns>
    Task<AccessTokenKeys> GetAccessTokenKeysAsync(CancellationToken cancellationToken);

    /// <summary>Signs a person in with a password, for the gateway's sign-in page.</summary>
    /// <param name="request">The credentials.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The access token, or why there is none.</returns>
    Task<SignInAnswer> SignInAsync(SignInRequest request, CancellationToken cancellationToken);
}
