using System.Net;
using TenantKit.EndToEnd.Tests.Hosting;

namespace TenantKit.EndToEnd.Tests;

/// <summary>An app that dies comes back by itself, and harms nobody else.</summary>
public sealed class AppCrashTests(SharedHost shared)
{
    [Fact]
    public async Task Kill_OfATenantsAppUnderLoad_HealsAndCostsOthersNothing()
    {
        using var victim = await shared.Admin.CreateTenantAsync("victim");
        using var neighbour = await shared.Admin.CreateTenantAsync("neighbour");
        var kept = await victim.PlaceOrderAsync("before the crash");
        var before = await victim.WhoAmIAsync();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CallUntilAsync(neighbour, done.Token)));
        var ownLoad = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CallUntilAsync(victim, done.Token)));

        Signals.Kill(before.ProcessId);
        var after = await Eventually.GetAsync(
            "the tenant is back",
            TimeSpan.FromSeconds(60),
            async () =>
            {
                using var answer = await victim.SendAsync(HttpMethod.Get, "/api/whoami");
                return answer.StatusCode == HttpStatusCode.OK ? await victim.WhoAmIAsync() : before;
            },
            answer => answer.ProcessId != before.ProcessId);
        await done.CancelAsync();

        Assert.NotEqual(before.ProcessId, after.ProcessId);
        Assert.Contains(await victim.ListOrdersAsync(), order => order.Id == kept.Id);
        var statuses = (await load).SelectMany(counts => counts).ToList();
        Assert.NotEmpty(statuses);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All((await ownLoad).SelectMany(counts => counts), status => Assert.Contains(status, new[] { HttpStatusCode.OK, HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable }));
    }

    private static async Task<List<HttpStatusCode>> CallUntilAsync(Clients.TenantClient tenant, CancellationToken done)
    {
        var answers = new List<HttpStatusCode>();
        while (!done.IsCancellationRequested)
        {
            using var answer = await tenant.SendAsync(HttpMethod.Get, "/api/whoami");
            answers.Add(answer.StatusCode);
        }

        return answers;
    }
}
