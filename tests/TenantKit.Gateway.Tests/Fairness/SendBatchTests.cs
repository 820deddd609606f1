using TenantKit.Gateway.Fairness;

namespace TenantKit.Gateway.Tests.Fairness;

/// <summary>Short writes to apps of a thread that waits for sockets go out together, while that is worth it.</summary>
public sealed class SendBatchTests : BatchedConnections
{
    [Fact]
    public async Task Writes_OfAThreadThatWaitsForSockets_GoOutTogether()
    {
        var apps = Enumerable.Range(0, 10).Select(_ => Connect()).ToList();

        var writes = OnTheLoop(() => apps.ConvertAll(app => app.WriteAsync("request"u8.ToArray())));

        await Task.WhenAll(writes);
        Assert.All(apps, static app => Assert.Equal(0, app.Peer.Available));
        Assert.Equal(1, Signals);

        OnTheLoop(Batch.Send);

        foreach (var app in apps)
        {
            Assert.Equal("request", await ReadAsync(app.Peer, 7));
        }
    }

    [Fact]
    public async Task Write_ThatIsLong_IsNotKept()
    {
        var app = Connect();

        await OnTheLoop(() => app.WriteAsync(new byte[BatchedStream.Short + 1]));

        Assert.Equal(0, Signals);
        Assert.Equal(BatchedStream.Short + 1, (await ReadAsync(app.Peer, BatchedStream.Short + 1)).Length);
    }

    [Fact]
    public async Task Writes_BeyondTheRoom_AreNotKept()
    {
        var apps = Enumerable.Range(0, (SendBatch.Room / BatchedStream.Short) + 1).Select(_ => Connect()).ToList();

        await Task.WhenAll(OnTheLoop(() => apps.ConvertAll(static app => app.WriteAsync(new byte[BatchedStream.Short]))));

        Assert.All(apps[..^1], static app => Assert.Equal(0, app.Peer.Available));
        await ReadAsync(apps[^1].Peer, BatchedStream.Short);
        OnTheLoop(Batch.Send);
        foreach (var app in apps[..^1])
        {
            await ReadAsync(app.Peer, BatchedStream.Short);
        }
    }

    [Fact]
    public async Task Batch_WithFewWrites_IsLeftForAWhile()
    {
        var app = Connect();
        await OnTheLoop(() => app.WriteAsync(new byte[1]));
        OnTheLoop(Batch.Send);

        for (var i = 0; i < SendBatch.Pause; i++)
        {
            await OnTheLoop(() => app.WriteAsync(new byte[1]));
        }

        Assert.Equal(1, Signals);
        await ReadAsync(app.Peer, 1 + SendBatch.Pause);
        await OnTheLoop(() => app.WriteAsync(new byte[1]));
        Assert.Equal((0, 2), (app.Peer.Available, Signals));
    }

    [Fact]
    public async Task Batches_WithEnoughWrites_GoOn()
    {
        var apps = Enumerable.Range(0, SendBatch.Few).Select(_ => Connect()).ToList();
        for (var round = 1; round <= 3; round++)
        {
            await Task.WhenAll(OnTheLoop(() => apps.ConvertAll(app => app.WriteAsync(new byte[1]))));
            Assert.All(apps, static app => Assert.Equal(0, app.Peer.Available));
            Assert.Equal(round, Signals);
            OnTheLoop(Batch.Send);
            foreach (var app in apps)
            {
                await ReadAsync(app.Peer, 1);
            }
        }
    }

    [Fact]
    public async Task Write_WhereTheLoopCannotBeTold_IsNotKept()
    {
        SignalWorks = false;
        var app = Connect();

        await OnTheLoop(() => app.WriteAsync("x"u8.ToArray()));

        Assert.Equal("x", await ReadAsync(app.Peer, 1));
    }
}
