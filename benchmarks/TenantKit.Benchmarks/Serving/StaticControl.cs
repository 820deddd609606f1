using System.Runtime.CompilerServices;
using TenantKit.Control;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Benchmarks.Serving;

/// <summary>A control plane of which everything is known from the start. Its instances pass every probe: two hundred thousand of them cannot be asked at once.</summary>
internal sealed class StaticControl(IReadOnlyList<Route> routes, TokenIssuer tokens) : IRouteFeed, IControlClient, IInstanceProbe
{
    public Task<RouteList> ListAsync(CancellationToken cancellationToken) => Task.FromResult(new RouteList(routes, 1));

    public async IAsyncEnumerable<RouteList> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    public Task<WakeAnswer> WakeAsync(WakeRequest request, CancellationToken cancellationToken) => Task.FromResult(new WakeAnswer(WakeOutcome.Accepted));

    public Task ReportActivityAsync(ActivityReport report, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<RegistrationAnswer> RegisterInstanceAsync(InstanceRegistration registration, CancellationToken cancellationToken) =>
        Task.FromResult(new RegistrationAnswer(RegistrationOutcome.Accepted));

    public Task<AccessTokenKeys> GetAccessTokenKeysAsync(CancellationToken cancellationToken) => Task.FromResult(tokens.Keys());

    public Task<SignInAnswer> SignInAsync(SignInRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new SignInAnswer(null, TimeSpan.Zero, "invalid_credentials"));

    public Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken) =>
        Task.FromResult(ProbeResult.Success);
}
