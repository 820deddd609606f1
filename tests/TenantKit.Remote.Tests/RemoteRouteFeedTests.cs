using System.Net;
using System.Net.Sockets;
using System.Text;
using TenantKit.Control;
using TenantKit.Control.Remote;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Remote.Tests;

/// <summary>The route feed over real connections keeps every promise of the contract.</summary>
public sealed class RemoteRouteFeedTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_OfMoreRoutesThanAnEventHolds_ArrivesWholeAndShared()
    {
        await using var host = await ControlHost.StartAsync();
        var sent = Enumerable.Range(0, 1_201).Select(i => host.Feed.Put(Route(i))).ToList();
        using var gateway = new GatewaySide([host.Url]);

        var list = await gateway.Feed.ListAsync(Cancelled);

        Assert.Equal((1_201, 1_201L), (list.Routes.Count, list.Revision));
        var got = list.Routes.Single(route => route.TenantId == "t7");
        var expected = sent[7];
        Assert.Equal(expected with { Instances = got.Instances, AnonymousPaths = got.AnonymousPaths }, got);
        Assert.Equal(expected.AnonymousPaths, got.AnonymousPaths);
        Assert.Equal(expected.Instances[0].Key.ToArray(), got.Instances[0].Key.ToArray());
        Assert.Equal(expected.Instances[0] with { Key = got.Instances[0].Key }, got.Instances[0]);
        Assert.Same(got.Probe, list.Routes.Single(route => route.TenantId == "t8").Probe);
    }

    [Fact]
    public async Task Watch_AfterARevision_BringsWhatChangedSinceAndThenWhatChanges()
    {
        await using var host = await ControlHost.StartAsync();
        host.Feed.Put(Route(1));
        host.Feed.Put(Route(2));
        using var gateway = new GatewaySide([host.Url]);
        await using var batches = gateway.Feed.WatchAsync(1, Cancelled).GetAsyncEnumerator(Cancelled);

        Assert.True(await batches.MoveNextAsync());
        Assert.Equal((0, 1L), (batches.Current.Routes.Count, batches.Current.Revision));
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(("t2", 2L), (batches.Current.Routes.Single().TenantId, batches.Current.Revision));
        host.Feed.Put(Route(3) with { State = RouteState.Gone });
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal((RouteState.Gone, 3L), (batches.Current.Routes.Single().State, batches.Current.Revision));
    }

    [Fact]
    public async Task Revocations_ListedAndWatched_ArriveWholeAndInOrder()
    {
        await using var host = await ControlHost.StartAsync();
        host.Feed.Put(Route(1));
        var sent = Enumerable.Range(0, 1_001).Select(i => host.Feed.Revoke($"u{i}", i % 2 == 0 ? $"stamp{i}" : null)).ToList();
        using var gateway = new GatewaySide([host.Url]);

        var list = await gateway.Feed.ListAsync(Cancelled);

        Assert.Equal(sent, list.Revocations);
        Assert.Equal((1, 1_002L), (list.Routes.Count, list.Revision));
        await using var batches = gateway.Feed.WatchAsync(list.Revision, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await batches.MoveNextAsync());
        var next = host.Feed.Revoke("u0");
        while (batches.Current.Revocations.Count == 0)
        {
            Assert.True(await batches.MoveNextAsync());
        }

        Assert.Equal([next], batches.Current.Revocations);
        Assert.Equal(next.Revision, batches.Current.Revision);
    }

    [Fact]
    public async Task Watch_WithoutChangesForLongerThanTheSilenceTimeout_LivesByHeartbeats()
    {
        await using var host = await ControlHost.StartAsync();
        using var gateway = new GatewaySide([host.Url]);
        await using var batches = gateway.Feed.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await batches.MoveNextAsync()); // the first word of the stream
        Assert.True(await batches.MoveNextAsync()); // and of the feed behind it

        var next = batches.MoveNextAsync().AsTask();
        await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(1.5), Cancelled));

        Assert.False(next.IsCompleted);
        host.Feed.Put(Route(1));
        Assert.True(await next);
    }

    [Fact]
    public async Task Watch_OfAPeerThatFallsSilent_IsTakenForLost()
    {
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        using var gateway = new GatewaySide([new Uri($"http://{peer.LocalEndpoint}")]);
        await using var batches = gateway.Feed.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        var next = batches.MoveNextAsync().AsTask();
        using var client = await peer.AcceptTcpClientAsync(Cancelled);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"), Cancelled);

        await Assert.ThrowsAsync<ControlPlaneUnavailableException>(() => next);
    }

    [Fact]
    public async Task Watch_OfAnExpiredRevision_SaysListAgain()
    {
        await using var host = await ControlHost.StartAsync();
        host.Feed.Compact();
        using var gateway = new GatewaySide([host.Url]);

        await Assert.ThrowsAsync<RevisionExpiredException>(async () => await gateway.Feed.WatchAsync(3, Cancelled).GetAsyncEnumerator(Cancelled).MoveNextAsync());
    }

    [Fact]
    public async Task Watch_WhereOneReplicaDoesNotKnowTheRevision_FollowsTheOther()
    {
        await using var first = await ControlHost.StartAsync();
        await using var second = await ControlHost.StartAsync();
        first.Feed.Compact();
        using var gateway = new GatewaySide([first.Url, second.Url]);
        await using var batches = gateway.Feed.WatchAsync(3, Cancelled).GetAsyncEnumerator(Cancelled);

        Assert.True(await batches.MoveNextAsync());
    }

    [Fact]
    public async Task Feed_OfAReplicaThatStops_GoesOnAtAnother()
    {
        await using var first = await ControlHost.StartAsync();
        await using var second = await ControlHost.StartAsync();
        using var gateway = new GatewaySide([first.Url, second.Url]);
        await using var batches = gateway.Feed.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await batches.MoveNextAsync());

        await first.StopAsync();
        second.Feed.Put(Route(1));

        // It followed the second one, or lost the first one and finds the second one now.
        var list = await gateway.Feed.ListAsync(Cancelled);
        Assert.Equal("t1", list.Routes.Single().TenantId);
        await using var again = gateway.Feed.WatchAsync(0, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await again.MoveNextAsync());
        Assert.True(await again.MoveNextAsync());
        Assert.Equal("t1", again.Current.Routes.Single().TenantId);
    }

    [Fact]
    public async Task Stream_WithLastEventId_ResumesAfterIt()
    {
        await using var host = await ControlHost.StartAsync();
        host.Feed.Put(Route(1));
        host.Feed.Put(Route(2));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, GatewayProtocol.RoutesPath));
        request.Headers.TryAddWithoutValidation("Authorization", $"Gateway {ControlHost.Token}");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", "1");

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        var lines = new List<string?>();
        while (lines.Count < 7)
        {
            lines.Add(await reader.ReadLineAsync(Cancelled));
        }

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["event: changes", "id: 1", "event: changes", "id: 2"], lines.Where(static line => line is { Length: > 0 } && !line.StartsWith("data:", StringComparison.Ordinal)));
    }

    private static Route Route(int number) => new()
    {
        TenantId = $"t{number}",
        TenantName = $"name{number}",
        State = RouteState.Active,
        Reason = "starting",
        Message = "soon",
        WakeOnRequest = number % 2 == 0,
        LoadBalancing = "round-robin",
        AnonymousPaths = ["/hooks"],
        Http = new HttpSettings { Protocol = AppProtocol.Http2, AllowEncodedSlash = true, AllowBodyOnGet = true, IdempotentPosts = ["/search/*"] },
        Probe = new ProbeSettings { Kind = ProbeKind.Http, Interval = TimeSpan.FromSeconds(9) },
        Instances = [new RouteInstance($"i{number}", "127.0.0.1:80", number % 3 == 0, InstanceClaim.Draining, new byte[] { 1, 2, (byte)number }, DateTimeOffset.UnixEpoch)],
        Revision = 0,
    };
}
