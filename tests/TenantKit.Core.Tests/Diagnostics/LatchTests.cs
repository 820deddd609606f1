using TenantKit.Diagnostics;

namespace TenantKit.Core.Tests.Diagnostics;

public sealed class LatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_LetsThroughWhoWaitsAndWhoComesLater()
    {
        var latch = new Latch();
        var waiting = latch.WaitAsync(Token);
        Assert.False(waiting.IsCompleted);

        latch.Open();
        latch.Open();

        await waiting;
        await latch.WaitAsync(Token);
        Assert.True(latch.IsOpen);
    }

    [Fact]
    public async Task WaitAsync_Cancelled_EndsThatWaiterOnly()
    {
        var latch = new Latch();
        using var cancelling = new CancellationTokenSource();
        var patient = latch.WaitAsync(Token);
        var impatient = latch.WaitAsync(cancelling.Token);

        await cancelling.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal(cancelling.Token, thrown.CancellationToken);
        Assert.False(patient.IsCompleted);
        latch.Open();
        await patient;
    }

    [Fact]
    public async Task WaitAsync_CancelledBefore_DoesNotWait() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Latch().WaitAsync(new CancellationToken(canceled: true)));

    [Fact]
    public async Task Pulse_TakenBeforeTheLook_IsNotLost()
    {
        var pulse = new Pulse();
        var next = pulse.Next;

        pulse.Set();

        await next.WaitAsync(Token);
        Assert.False(pulse.Next.IsOpen);
    }
}
