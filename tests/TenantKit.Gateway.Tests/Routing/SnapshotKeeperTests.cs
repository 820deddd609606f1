using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Routing;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Routing;

/// <summary>A gateway that starts while the control plane is away serves whom it knew, and nobody is told a wrong thing.</summary>
public sealed class SnapshotKeeperTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tenantkit-snapshot-");

    [Fact]
    public async Task Start_WhileTheControlPlaneIsAway_ServesFromTheSnapshot()
    {
        await using var first = await GatewayHost.StartAsync(Keep);
        var tenant = await first.AddTenantAsync();
        await GatewayHost.EchoAsync(await first.GetAsync($"/t/{tenant.Name}/echo", tenant.Token));
        await Poll.UntilAsync(() => ReadSnapshot() is { Keys: not null, Table.Routes: [{ TenantId: var id }] } && id == tenant.Id);

        await using var second = await GatewayHost.StartAsync(Keep, synced: false, tokens: first.Tokens);
        second.Control.Unavailable = true;

        await GatewayHost.EchoAsync(await second.GetAsync($"/t/{tenant.Name}/echo", tenant.Token));
        Assert.Equal(0, second.Control.KeyFetches);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/healthz/ready")).StatusCode);
        Assert.False(second.Services.GetRequiredService<IRouteRegistry>().IsSynced);
    }

    [Fact]
    public async Task Start_WhileTheControlPlaneIsAway_StillRefusesWhoWasRevoked()
    {
        await using var first = await GatewayHost.StartAsync(Keep);
        var tenant = await first.AddTenantAsync();
        await GatewayHost.EchoAsync(await tenant.GetAsync("/echo"));
        await Poll.UntilAsync(() => ReadSnapshot() is { Keys: not null, Table.Routes.Count: 1 });
        first.Feed.Revoke("eve");
        await Poll.UntilAsync(() => ReadSnapshot() is { Table.Revocations: [{ UserId: "eve" }] });

        await using var second = await GatewayHost.StartAsync(Keep, synced: false, tokens: first.Tokens);

        await GatewayHost.AssertProblemAsync(await second.GetAsync($"/t/{tenant.Name}/echo", first.Tokens.Issue("eve", tenant.Id)), 401, "invalid_token");
        await GatewayHost.EchoAsync(await second.GetAsync($"/t/{tenant.Name}/echo", tenant.Token));
    }

    [Fact]
    public async Task Request_ToATenantTheSnapshotDoesNotKnow_MayBeRepeatedUntilTheFeedIsHeard()
    {
        await using var first = await GatewayHost.StartAsync(Keep);
        var tenant = await first.AddTenantAsync(RouteState.Asleep);
        await Poll.UntilAsync(() => ReadSnapshot() is { Keys: not null, Table.Routes.Count: 1 });
        await using var second = await GatewayHost.StartAsync(Keep, synced: false, tokens: first.Tokens);
        var administrator = first.Tokens.Issue("root", null, "administrator");

        using var unknown = await second.GetAsync("/t/unknown/echo", administrator);
        await GatewayHost.AssertProblemAsync(unknown, 503, "not_synced");
        Assert.True(unknown.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        await GatewayHost.AssertProblemAsync(await second.GetAsync("/t/unknown/echo"), 401, "sign_in_required");
        await GatewayHost.AssertProblemAsync(await second.GetAsync($"/t/{tenant.Name}/echo"), 401, "sign_in_required");

        second.Feed.PutBack("first", 9);
        second.Feed.MayList.SetResult();
        await Poll.UntilAsync(() => second.Services.GetRequiredService<IRouteRegistry>().IsSynced);
        await GatewayHost.AssertProblemAsync(await second.GetAsync("/t/unknown/echo", administrator), 404, "tenant_not_found");
        await Poll.UntilAsync(() => second.Control.KeyFetches == 1);
    }

    [Fact]
    public async Task Start_WithASnapshotThatWasTamperedWith_BeginsEmptyAndWritesANewOne()
    {
        await using (var first = await GatewayHost.StartAsync(Keep))
        {
            await first.AddTenantAsync(RouteState.Asleep);
            await Poll.UntilAsync(() => ReadSnapshot() is { Table.Routes.Count: 1 });
        }

        var path = Path.Combine(folder.FullName, "routes.snapshot");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        await using var second = await GatewayHost.StartAsync(Keep, synced: false);

        Assert.Equal(0, second.Services.GetRequiredService<IRouteRegistry>().Count);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await second.GetAsync("/healthz/ready")).StatusCode);
        second.Feed.MayList.SetResult();
        await Poll.UntilAsync(() => ReadSnapshot() is { Table.Routes.Count: 0 });
    }

    [Fact]
    public async Task Stop_AfterAChange_WritesItThoughTheIntervalIsNotOver()
    {
        string id;
        await using (var host = await GatewayHost.StartAsync(options =>
        {
            Keep(options);
            options.SnapshotInterval = TimeSpan.FromHours(1);
        }))
        {
            await Poll.UntilAsync(() => ReadSnapshot() is not null);
            id = (await host.AddTenantAsync(RouteState.Asleep)).Id;
            Assert.Empty(ReadSnapshot()!.Table.Routes);
        }

        Assert.Equal(id, Assert.Single(ReadSnapshot()!.Table.Routes).TenantId);
    }

    [Fact]
    public async Task Options_ASnapshotWithoutAKeyThatStays_IsRefused()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayHost.StartAsync(options => options.SnapshotDirectory = folder.FullName));

        Assert.Contains("TenantKit:Gateway:KeyDirectory", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private void Keep(TenantGatewayOptions options)
    {
        options.KeyDirectory = Path.Combine(folder.FullName, "keys");
        options.SnapshotDirectory = folder.FullName;
        options.SnapshotInterval = TimeSpan.FromMilliseconds(100);
    }

    private RouteSnapshot? ReadSnapshot()
    {
        var options = new TenantGatewayOptions();
        Keep(options);
        using var key = new IdentityKey(Options.Create(options));
        try
        {
            return new SnapshotFile(folder.FullName, key).Read();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
