using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TenantKit.Control;
using TenantKit.Routing;
using TenantKit.Templates;

namespace TenantKit.Benchmarks.Serving;

/// <summary>A control plane whose routes are known from the start, and change when that is published. Its instances pass every probe: two hundred thousand of them cannot be asked at once.</summary>
internal sealed class StaticControl(IReadOnlyList<Route> routes, TokenIssuer tokens) : IRouteFeed, IControlClient, IInstanceProbe
{
    private readonly Channel<RouteList> changes = Channel.CreateUnbounded<RouteList>();

    public void Publish(RouteList batch) => changes.Writer.TryWrite(batch);

    public Task<RouteList> ListAsync(CancellationToken cancellationToken) => Task.FromResult(new RouteList(routes, 1));

    public async IAsyncEnumerable<RouteList> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in changes.Reader.ReadAllAsync(cancellationToken))
        {
            yield return batch;
        }
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
