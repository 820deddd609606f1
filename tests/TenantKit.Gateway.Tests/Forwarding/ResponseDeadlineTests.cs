using Microsoft.Extensions.Time.Testing;
using TenantKit.Gateway.Forwarding;

namespace TenantKit.Gateway.Tests.Forwarding;

public sealed class ResponseDeadlineTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new();
    private bool hopeless;
    private int looks;

    [Fact]
    public void Deadline_ThatIsNotHopeless_IsOverAtItsEnd()
    {
        using var deadline = Start();

        Pass(29.9);
        Assert.False(deadline.Expired);
        Pass(0.2);

        Assert.True(deadline.Expired);
        Assert.True(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void Deadline_ThatIsHopeless_IsOverAfterASecond()
    {
        using var deadline = Start();
        hopeless = true;

        Pass(0.9);
        Assert.False(deadline.Expired);
        Pass(0.2);

        Assert.True(deadline.Expired);
    }

    [Fact]
    public void Deadline_ThatBecomesHopeless_IsOverWithinASecond()
    {
        using var deadline = Start();
        Pass(12.5);
        Assert.False(deadline.Expired);
        hopeless = true;

        Pass(1);

        Assert.True(deadline.Expired);
        Assert.InRange(looks, 12, 14);
    }

    [Fact]
    public void Deadline_WhoseRequestMakesProgress_IsNotLookedAt()
    {
        using var deadline = Start();
        hopeless = true;
        for (var i = 0; i < 100; i++)
        {
            Pass(0.9);
            deadline.Restart();
        }

        Assert.Equal((false, 0), (deadline.Expired, looks));
    }

    [Fact]
    public void Deadline_ThatStandsStillOrIsStopped_IsNotLookedAt()
    {
        using var deadline = Start();
        hopeless = true;

        deadline.Pause();
        Pass(100);
        deadline.Restart();
        Pass(0.5);
        deadline.Stop();
        Pass(100);

        Assert.Equal((false, 0), (deadline.Expired, looks));
    }

    [Fact]
    public void Deadline_WithoutEnd_IsNotLookedAt()
    {
        using var deadline = Start(Timeout.InfiniteTimeSpan);
        hopeless = true;

        Pass(1000);

        Assert.Equal((false, 0), (deadline.Expired, looks));
    }

    [Fact]
    public void Deadline_ShorterThanASecond_IsOverAtItsEnd()
    {
        using var deadline = Start(TimeSpan.FromMilliseconds(300));

        Pass(0.29);
        Assert.False(deadline.Expired);
        Pass(0.02);

        Assert.True(deadline.Expired);
    }

    private ResponseDeadline Start(TimeSpan? longest = null)
    {
        var deadline = new ResponseDeadline(time, () =>
        {
            looks++;
            return hopeless;
        });
        deadline.Start(longest ?? Longest, time.GetTimestamp());
        return deadline;
    }

    // In steps: a jump would let a timer that is set again and again fire once.
    private void Pass(double seconds)
    {
        for (var step = 0; step < seconds * 100; step++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
        }
    }
}
