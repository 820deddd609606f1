using System.Net;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Routing;

/// <summary>Routes may change at any time: as long as a tenant has an instance that answers, no request is lost by it.</summary>
public sealed class RouteChangeTests
{
    private const int Changes = 3_000;
    private const int Clients = 8;

    [Fact]
    public async Task Requests_WhileInstancesComeGoAndDrain_AreAllAnswered()
    {
        var seed = new SeededRandom().Seed;
        var random = new Random(seed);
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 3);
        await tenant.ReadyAsync(3);
        using var ended = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => CallAsync(tenant, ended.Token)).ToList();

        var stays = 0;
        for (var i = 1; i <= Changes; i++)
        {
            // The one that stays is one that was there before, so that there is always one.
            var instances = tenant.Apps.Select(static app => app.Instance).ToList();
            var staying = instances[stays];
            var others = instances.Where(instance => instance != staying && random.Next(3) > 0).Select(instance => instance with { Draining = random.Next(3) == 0 }).ToList();
            var route = host.Feed.Change(tenant.Id, old => old with { Instances = [.. others, staying] });
            if (i % 10 == 0)
            {
                await host.AppliedAsync(route);
                stays = instances.FindIndex(instance => instance.InstanceId == (others.Find(static other => !other.Draining) ?? staying).InstanceId);
            }
        }

        await ended.CancelAsync();
        var statuses = (await Task.WhenAll(clients)).SelectMany(static each => each).ToList();
        Assert.True(statuses.Count >= Clients && statuses.TrueForAll(static status => status == HttpStatusCode.OK), $"seed {seed}: {string.Join(", ", statuses.CountBy(static status => status))}");
    }

    private static async Task<List<HttpStatusCode>> CallAsync(TestTenant tenant, CancellationToken ended)
    {
        var statuses = new List<HttpStatusCode>();
        while (!ended.IsCancellationRequested)
        {
            using var answer = await tenant.GetAsync("/echo");
            statuses.Add(answer.StatusCode);
        }

        return statuses;
    }
}
