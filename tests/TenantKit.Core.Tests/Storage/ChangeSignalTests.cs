using TenantKit.Storage;

namespace TenantKit.Core.Tests.Storage;

public sealed class ChangeSignalTests
{
    private readonly ChangeSignal signal = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void WaitAsync_NothingAnnounced_Waits() => Assert.False(signal.WaitAsync(0, Stop).IsCompleted);

    [Fact]
    public async Task WaitAsync_OlderRevisionAnnounced_GoesOnWaiting()
    {
        var wait = signal.WaitAsync(7, Stop);

        signal.Announce(7);
        signal.Announce(6);
        Assert.False(signal.WaitAsync(7, Stop).IsCompleted);
        signal.Announce(8);

        await wait.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    [Fact]
    public async Task WaitAsync_AnnouncedOutOfOrder_NewestCounts()
    {
        signal.Announce(9);
        signal.Announce(8);

        await signal.WaitAsync(8, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }
}
