using System.Diagnostics;
using System.Net;
using TenantKit.Gateway.Tests.Support;
using TenantKit.Routing;

namespace TenantKit.Gateway.Tests.Forwarding;

public sealed class RetryTests
{
    private static readonly (string, string) Key = ("Idempotency-Key", "k1");

    [Theory]
    [InlineData("abort")]
    [InlineData("hang")]
    public async Task Get_ToAnInstanceThatFails_IsAnsweredByAnother(string fault)
    {
        await using var host = await GatewayHost.StartAsync(options => options.ResponseHeadersTimeout = TimeSpan.FromMilliseconds(300));
        var tenant = await host.AddTenantAsync(instances: 2, change: InTurn);
        tenant.Apps[0].Fault = fault;

        for (var i = 0; i < 6; i++)
        {
            using var response = await tenant.GetAsync("/echo");
            Assert.Equal(tenant.Apps[1].InstanceId, (await GatewayHost.EchoAsync(response)).Instance);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(64 << 10)]
    public async Task Post_WithAnIdempotencyKey_ArrivesWholeAtTheNextInstance(int length)
    {
        var body = new string('x', length);
        foreach (var chunked in new[] { false, true })
        {
            await using var host = await GatewayHost.StartAsync();
            var tenant = await host.AddTenantAsync(instances: 2, change: InTurn);
            tenant.Apps[0].Fault = "abort";
            for (var i = 0; i < 2; i++)
            {
                using var response = await PostAsync(tenant, body, chunked, Key);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }

            Assert.Equal([body, body], tenant.Apps[1].Bodies);
            Assert.Equal(1, tenant.Apps[0].Deliveries["POST /body"]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_WithAnIdempotencyKeyButALongBody_IsDeliveredOnce(bool chunked)
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: InTurn);
        tenant.Apps.ForEach(app => app.Fault = "abort");

        using var response = await PostAsync(tenant, new string('x', (64 << 10) + 1), chunked, Key);

        await GatewayHost.AssertProblemAsync(response, 502, "upstream_failed");
        Assert.Equal(1, tenant.Apps.Sum(app => app.Bodies.Count));
    }

    [Fact]
    public async Task Post_WithoutAKey_IsDeliveredOnceWhateverHappens()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ResponseHeadersTimeout = TimeSpan.FromMilliseconds(300));
        var tenant = await host.AddTenantAsync(instances: 3, change: InTurn);
        foreach (var fault in new[] { "abort", "hang" })
        {
            tenant.Apps.ForEach(app => app.Fault = fault);
            var before = tenant.Apps.Sum(app => app.Deliveries.GetValueOrDefault("POST /body"));
            using var response = await PostAsync(tenant, "x", chunked: false);
            Assert.Equal(fault == "abort" ? 502 : 504, (int)response.StatusCode);
            Assert.Equal(before + 1, tenant.Apps.Sum(app => app.Deliveries.GetValueOrDefault("POST /body")));
        }
    }

    [Fact]
    public async Task Put_ToAnInstanceThatFails_ArrivesWholeAtTheNextInstance()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: InTurn);
        tenant.Apps[0].Fault = "abort";
        for (var i = 0; i < 2; i++)
        {
            using var response = await PutAsync(tenant, "x");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(["x", "x"], tenant.Apps[1].Bodies);
        Assert.Equal(1, tenant.Apps[0].Deliveries["PUT /body"]);
    }

    [Theory]
    [InlineData("If-Match", "\"1\"")]
    [InlineData("If-None-Match", "*")]
    [InlineData("If-Unmodified-Since", "Tue, 24 Nov 2026 00:00:00 GMT")]
    public async Task Put_WithAPrecondition_IsDeliveredOnce(string name, string value)
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: InTurn);
        tenant.Apps.ForEach(app => app.Fault = "abort");

        using var response = await PutAsync(tenant, "x", (name, value));

        await GatewayHost.AssertProblemAsync(response, 502, "upstream_failed");
        Assert.Equal(1, tenant.Apps.Sum(app => app.Deliveries.GetValueOrDefault("PUT /body")));
    }

    [Fact]
    public async Task Answer_OfAnApp_IsNeverAskedForAgain()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 2, change: InTurn);
        tenant.Apps.ForEach(app => app.Fault = "503");

        using var response = await tenant.GetAsync("/echo");

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal(1, tenant.Apps.Sum(app => app.Bodies.Count));
    }

    [Fact]
    public async Task Requests_AtAnInstanceThatIsNotThereAnyMore_AreAnsweredByAnotherLongBeforeTheirTimeIsOver()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ResponseHeadersTimeout = TimeSpan.FromMinutes(5));
        var tenant = await host.AddTenantAsync(instances: 2, change: route => InTurn(route) with { Probe = route.Probe with { Timeout = TimeSpan.FromMilliseconds(200) } });
        tenant.Apps[0].Fault = "freeze";

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).SelectMany(_ => new[] { tenant.GetAsync("/echo"), PostAsync(tenant, "body", chunked: true, Key) }));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.NotEmpty(tenant.Apps[0].Bodies);
    }

    [Fact]
    public async Task Post_WithoutAKeyAtAnInstanceThatIsNotThereAnyMore_WaitsForIt()
    {
        await using var host = await GatewayHost.StartAsync(options => options.ResponseHeadersTimeout = TimeSpan.FromSeconds(4));
        var tenant = await host.AddTenantAsync(instances: 2, change: route => InTurn(route) with { Probe = route.Probe with { Timeout = TimeSpan.FromMilliseconds(200) } });
        tenant.Apps[0].Fault = "freeze";

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => PostAsync(tenant, "body", chunked: false)));

        Assert.Equal([200, 504], answers.Select(answer => (int)answer.StatusCode).Order());
        Assert.Equal(2, tenant.Apps.Sum(app => app.Deliveries.GetValueOrDefault("POST /body")));
    }

    [Fact]
    public async Task Tries_ThatAllHang_EndWithTheTotalTime()
    {
        await using var host = await GatewayHost.StartAsync(options =>
        {
            options.ResponseHeadersTimeout = TimeSpan.FromSeconds(1);
            options.TotalTimeout = TimeSpan.FromSeconds(1.5);
        });
        var tenant = await host.AddTenantAsync(instances: 3, change: InTurn);
        tenant.Apps.ForEach(app => app.Fault = "hang");
        var watch = Stopwatch.StartNew();

        await GatewayHost.AssertProblemAsync(await tenant.GetAsync("/echo"), 504, "upstream_timeout");

        Assert.InRange(watch.Elapsed.TotalSeconds, 1.4, 4);
        Assert.Equal(2, tenant.Apps.Sum(app => app.Bodies.Count));
    }

    [Fact]
    public async Task Instances_ThatAllFail_GetAtMostAFifthMoreThanWasAsked()
    {
        const int Requests = 1_000;
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 3, change: InTurn);
        tenant.Apps.ForEach(app => app.Fault = "abort");
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (_, _) =>
        {
            using var response = await tenant.GetAsync("/echo");
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        });

        var delivered = tenant.Apps.Sum(app => app.Bodies.Count);
        Assert.InRange(delivered, Requests, (1.2 * Requests) + 3);

        tenant.Apps.ForEach(app => app.Fault = null);
        Assert.Equal(HttpStatusCode.OK, (await tenant.GetAsync("/echo")).StatusCode);
    }

    [Fact]
    public async Task Instances_KilledInTurnUnderLoad_CostNoGet()
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 3);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<HttpStatusCode, int>();
        var load = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!ended.IsCancellationRequested)
            {
                using var response = await tenant.GetAsync("/echo");
                statuses.AddOrUpdate(response.StatusCode, 1, static (_, count) => count + 1);
            }
        }).ToList();

        for (var round = 0; round < 6; round++)
        {
            var before = statuses.Values.Sum();
            await Poll.UntilAsync(() => statuses.Values.Sum() > before + 200);
            var index = round % 3;
            await tenant.Apps[index].DisposeAsync();
            var next = await TestApp.StartAsync($"01instancenext{round}", tenant.Id);
            tenant.Apps[index] = next;
            await tenant.BecomeAsync(RouteState.Active);
            await tenant.ReadyAsync(3);
        }

        await ended.CancelAsync();
        await Task.WhenAll(load);
        Assert.Equal([HttpStatusCode.OK], statuses.Keys);
        foreach (var app in tenant.Apps)
        {
            await app.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Posts_WhileInstancesAreKilledInTurn_AreNeverDoubledWithoutAKey(bool keyed)
    {
        await using var host = await GatewayHost.StartAsync();
        var tenant = await host.AddTenantAsync(instances: 3);
        var apps = new List<TestApp>(tenant.Apps);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var answers = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var load = Enumerable.Range(0, 8).Select(async worker =>
        {
            for (var i = 0; !ended.IsCancellationRequested; i++)
            {
                var id = $"{worker}/{i}";
                using var response = keyed ? await PostAsync(tenant, id, chunked: false, ("Idempotency-Key", id)) : await PostAsync(tenant, id, chunked: false);
                answers[id] = (int)response.StatusCode;
            }
        }).ToList();

        for (var round = 0; round < 6; round++)
        {
            var before = answers.Count;
            await Poll.UntilAsync(() => answers.Count > before + 200);
            await tenant.Apps[round % 3].DisposeAsync();
            tenant.Apps[round % 3] = await TestApp.StartAsync($"01instancepost{round}", tenant.Id);
            apps.Add(tenant.Apps[round % 3]);
            await tenant.BecomeAsync(RouteState.Active);
            await tenant.ReadyAsync(3);
        }

        await ended.CancelAsync();
        await Task.WhenAll(load);
        var deliveries = apps.SelectMany(app => app.Bodies).GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
        Assert.All(deliveries.Values, count => Assert.InRange(count, 1, keyed ? 2 : 1));
        Assert.All(answers, answer => Assert.Contains(answer.Value, keyed ? [200] : new[] { 200, 502 }));
        Assert.All(answers.Where(answer => answer.Value == 200), answer => Assert.Contains(answer.Key, deliveries.Keys)); // what was answered had arrived
        foreach (var app in tenant.Apps)
        {
            await app.DisposeAsync();
        }
    }

    private static Route InTurn(Route route) => route with { LoadBalancing = "round-robin" };

    private static Task<HttpResponseMessage> PostAsync(TestTenant tenant, string body, bool chunked, params (string Name, string Value)[] headers)
    {
        HttpContent content = new StringContent(body);
        if (chunked)
        {
            content.Headers.ContentLength = null;
            content = new ChunkedContent(body);
        }

        return tenant.Host.SendAsync(HttpMethod.Post, $"/t/{tenant.Name}/body", tenant.Token, null, content, headers);
    }

    private static Task<HttpResponseMessage> PutAsync(TestTenant tenant, string body, params (string Name, string Value)[] headers) =>
        tenant.Host.SendAsync(HttpMethod.Put, $"/t/{tenant.Name}/body", tenant.Token, null, new StringContent(body), headers);

    private sealed class ChunkedContent(string text) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var part in text.Chunk(1000))
            {
                await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(part));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
