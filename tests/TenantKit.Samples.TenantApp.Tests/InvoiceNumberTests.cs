using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace TenantKit.Samples.TenantApp.Tests;

public sealed class InvoiceNumberTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private KeyServer keys = null!;

    public async ValueTask InitializeAsync() => keys = await KeyServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await keys.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Numbers_Of50OrdersAtOnce_Are1To50()
    {
        await using var app = await AppProcess.StartAsync(folder.Path, keys);

        var orders = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => app.PlaceAsync($"Customer {i % 7}")));

        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), orders.Select(Number).Order());
    }

    [Fact]
    public async Task Numbers_AfterADeletionAndARefusal_GoOnWithoutAGap()
    {
        await using var app = await AppProcess.StartAsync(folder.Path, keys);
        await app.PlaceAsync();
        var second = "/api/orders/" + (await app.PlaceAsync()).GetProperty("id").GetString();

        using var deleted = await app.SendAsync(HttpMethod.Delete, second);
        using var again = await app.SendAsync(HttpMethod.Delete, second);
        using var changed = await app.SendAsync(HttpMethod.Put, second, """{"customer":"Anna","lines":[{"product":"Tea","quantity":1,"unitPrice":1}]}""");
        using var refused = await app.SendAsync(HttpMethod.Post, "/api/orders", """{"customer":"cus_4711","lines":[{"product":"Tea","quantity":1,"unitPrice":1}]}""");
        var third = await app.PlaceAsync();
        var kept = await app.GetAsync(second);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.BadRequest), (deleted.StatusCode, again.StatusCode, changed.StatusCode, refused.StatusCode));
        Assert.Equal((2, "cancelled", 3), (Number(kept), kept.GetProperty("state").GetString(), Number(third)));
    }

    [Fact]
    public async Task TwoReplicas_StartedAtOnceOnANewVolume_ShareItsNumbers()
    {
        var starts = new[] { AppProcess.StartAsync(folder.Path, keys), AppProcess.StartAsync(folder.Path, keys) };
        await using var one = await starts[0];
        await using var two = await starts[1];

        var orders = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? one : two).PlaceAsync()));

        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), orders.Select(Number).Order());
        Assert.Equal(40, (await two.GetAsync("/api/orders?limit=500")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Kill_UnderLoad_LosesNoAcknowledgedOrderAndMakesNoGap()
    {
        var acknowledged = new ConcurrentBag<long>();
        await using (var app = await AppProcess.StartAsync(folder.Path, keys))
        {
            var load = Enumerable.Range(0, 8).Select(async _ =>
            {
                try
                {
                    while (true)
                    {
                        acknowledged.Add(Number(await app.PlaceAsync()));
                    }
                }
                catch (HttpRequestException)
                {
                    // The app is gone.
                }
            }).ToList();
            var start = TimeProvider.System.GetTimestamp();
            while (acknowledged.Count < 30 && TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            await app.KillAsync();
            await Task.WhenAll(load);
        }

        await using var next = await AppProcess.StartAsync(folder.Path, keys);
        await next.PlaceAsync();
        List<long> numbers = [];
        string? cursor = "0";
        while (cursor is not null)
        {
            var page = await next.GetAsync("/api/orders?limit=500&cursor=" + cursor);
            numbers.AddRange(page.GetProperty("items").EnumerateArray().Select(Number));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        Assert.True(acknowledged.Count >= 30);
        Assert.Subset(numbers.ToHashSet(), acknowledged.ToHashSet());
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(i => (long)i), numbers);
    }

    [Fact]
    public async Task TwoTenants_HaveNumbersAndDataOfTheirOwn()
    {
        using var otherFolder = new TemporaryFolder();
        await using var one = await AppProcess.StartAsync(folder.Path, keys, "tenant-1");
        await using var two = await AppProcess.StartAsync(otherFolder.Path, keys, "tenant-2");
        await one.PlaceAsync("Only One");

        using var foreign = await two.SendAsync(HttpMethod.Get, "/api/whoami", null, ("X-TenantKit-Identity", one.Token));

        Assert.Equal(1, Number(await two.PlaceAsync()));
        Assert.DoesNotContain("Only One", (await two.GetAsync("/api/customers")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, foreign.StatusCode);
    }

    private static long Number(JsonElement order) => order.GetProperty("invoiceNumber").GetInt64();
}
