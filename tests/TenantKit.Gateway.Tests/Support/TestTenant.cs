using Microsoft.Extensions.DependencyInjection;
using TenantKit.Gateway.Health;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>A tenant of a test.</summary>
internal sealed record TestTenant(GatewayHost Host, string Id, string Name, List<TestApp> Apps, string Token)
{
    public TestApp App => Apps[0];

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => Host.GetAsync($"/t/{Name}{path}", Token, null, headers);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null) => Host.SendAsync(method, $"/t/{Name}{path}", Token, null, content);

    /// <summary>Puts the route into a state, with the running apps as its instances when it is active.</summary>
    public async Task<Route> BecomeAsync(RouteState state, Func<Route, Route>? change = null)
    {
        var route = Host.Feed.Change(Id, old =>
        {
            var next = old with { State = state, Instances = state == RouteState.Active ? [.. Apps.Select(app => app.Instance)] : [] };
            return change?.Invoke(next) ?? next;
        });
        await Host.AppliedAsync(route);
        return route;
    }

    public Task ReadyAsync(int count = 1) => Poll.UntilAsync(() => Available == count);

    public int Available => Host.Services.GetRequiredService<FleetTable>().TryGet(Id, out var fleet) ? fleet.Available.Length : 0;
}
