using Microsoft.Extensions.Options;
using TenantKit.Core.Tests.Diagnostics;
using TenantKit.Reconciliation;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Reconciliation;

public sealed class BackoffClockTests
{
    private readonly JumpyTimeProvider time = new();
    private readonly BackoffClock clock;

    public BackoffClockTests() => clock = new BackoffClock(time, Options.Create(new TenantKitOptions { MaxBackoff = TimeSpan.FromMinutes(1) }));

    [Fact]
    public void Left_NoRetry_IsNothing() => Assert.Null(clock.Left(Status(null)));

    [Fact]
    public void Left_RunsDownWithTime()
    {
        var status = Status(time.GetUtcNow().AddSeconds(10));

        Assert.Equal(TimeSpan.FromSeconds(10), clock.Left(status));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(6), clock.Left(status));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(clock.Left(status));
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void Note_ThenTheWallClockJumps_ChangesNothing(int seconds)
    {
        var status = Status(time.GetUtcNow().AddSeconds(10));
        clock.Note(status);

        time.Jump(TimeSpan.FromSeconds(seconds));

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(1), clock.Left(status));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(clock.Left(status));
    }

    [Fact]
    public void Left_MomentBeyondTheLongestWait_WasWrittenByAWrongClockAndIsNotWaitedFor()
    {
        Assert.Null(clock.Left(Status(time.GetUtcNow().AddMinutes(2))));
    }

    [Fact]
    public void Left_OtherMoment_CountsAnew()
    {
        clock.Note(Status(time.GetUtcNow().AddSeconds(10)));
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromSeconds(30), clock.Left(Status(time.GetUtcNow().AddSeconds(30))));
    }

    [Fact]
    public void Forget_ThenSeenAgain_TrustsTheStoredMoment()
    {
        var status = Status(time.GetUtcNow().AddSeconds(10));
        clock.Note(status);
        time.Jump(TimeSpan.FromSeconds(8));

        clock.Forget("t");

        Assert.Equal(TimeSpan.FromSeconds(2), clock.Left(status));
    }

    [Fact]
    public void EndSilence_TenantWaitsForTheRuntime_ItsWaitIsOverAndItsCountBeginsAnew()
    {
        var silent = Status(time.GetUtcNow().AddSeconds(30)) with { Reason = StatusReasons.OrchestratorUnavailable };
        var crashed = Status(time.GetUtcNow().AddSeconds(30)) with { TenantId = "u", Reason = StatusReasons.CrashLoop };
        clock.Note(silent);
        clock.Note(crashed);

        Assert.Equal(["t"], clock.EndSilence());

        Assert.Null(clock.Left(silent));
        Assert.Equal(TimeSpan.FromSeconds(30), clock.Left(crashed));
        Assert.Equal((true, false), (clock.IsAnswered("t"), clock.IsAnswered("u")));
        Assert.Empty(clock.EndSilence());
    }

    [Fact]
    public void EndSilence_ThenItFailsAgain_IsWaitedForAgain()
    {
        clock.Note(Status(time.GetUtcNow().AddSeconds(30)) with { Reason = StatusReasons.OrchestratorUnavailable });
        clock.EndSilence();
        time.Advance(TimeSpan.FromSeconds(1));

        var again = Status(time.GetUtcNow().AddSeconds(2)) with { Reason = StatusReasons.OrchestratorUnavailable };

        Assert.Equal(TimeSpan.FromSeconds(2), clock.Left(again));
        Assert.False(clock.IsAnswered("t"));
    }

    private TenantStatus Status(DateTimeOffset? retryAt) => new() { TenantId = "t", ChangedAt = time.GetUtcNow(), RetryAt = retryAt };
}
