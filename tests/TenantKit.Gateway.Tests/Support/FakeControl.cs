using System.Collections.Concurrent;
using TenantKit.Control;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>A control plane that answers as a test tells it to, and remembers what it was asked.</summary>
internal sealed class FakeControl(TokenIssuer tokens) : IControlClient
{
    public ConcurrentQueue<WakeRequest> Wakes { get; } = new();

    public ConcurrentQueue<ActivityReport> Reports { get; } = new();

    public ConcurrentQueue<InstanceRegistration> Registrations { get; } = new();

    public Func<WakeRequest, WakeAnswer> OnWake { get; set; } = _ => new WakeAnswer(WakeOutcome.Accepted);

    public Func<InstanceRegistration, RegistrationAnswer> OnRegister { get; set; } = _ => new RegistrationAnswer(RegistrationOutcome.Accepted);

    public Func<SignInRequest, SignInAnswer> OnSignIn { get; set; } = _ => new SignInAnswer(null, TimeSpan.Zero, "invalid_credentials");

    public bool Unavailable { get; set; }

    public int KeyFetches { get; private set; }

    public Task<WakeAnswer> WakeAsync(WakeRequest request, CancellationToken cancellationToken)
    {
        Check();
        Wakes.Enqueue(request);
        return Task.FromResult(OnWake(request));
    }

    public Task ReportActivityAsync(ActivityReport report, CancellationToken cancellationToken)
    {
        Check();
        Reports.Enqueue(report);
        return Task.CompletedTask;
    }

    public Task<RegistrationAnswer> RegisterInstanceAsync(InstanceRegistration registration, CancellationToken cancellationToken)
    {
        Check();
        Registrations.Enqueue(registration);
        return Task.FromResult(OnRegister(registration));
    }

    public Task<AccessTokenKeys> GetAccessTokenKeysAsync(CancellationToken cancellationToken)
    {
        Check();
        KeyFetches++;
        return Task.FromResult(new AccessTokenKeys(TokenIssuer.Issuer, TokenIssuer.Audience, tokens.KeySet()));
    }

    public Task<SignInAnswer> SignInAsync(SignInRequest request, CancellationToken cancellationToken)
    {
        Check();
        return Task.FromResult(OnSignIn(request));
    }

    private void Check()
    {
        if (Unavailable)
        {
            throw new ControlPlaneUnavailableException("It is away.");
        }
    }
}
