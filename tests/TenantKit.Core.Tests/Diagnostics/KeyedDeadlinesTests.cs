using TenantKit.Diagnostics;

namespace TenantKit.Core.Tests.Diagnostics;

public sealed class KeyedDeadlinesTests : IDisposable
{
    private readonly JumpyTimeProvider time = new();
    private readonly List<string> fired = [];
    private readonly KeyedDeadlines<string> deadlines;

    public KeyedDeadlinesTests() => deadlines = new KeyedDeadlines<string>(time, fired.Add);

    public void Dispose() => deadlines.Dispose();

    [Fact]
    public void Set_SeveralKeys_FireInOrderOfTime()
    {
        deadlines.Set("late", TimeSpan.FromSeconds(3));
        deadlines.Set("early", TimeSpan.FromSeconds(1));
        deadlines.Set("now", TimeSpan.Zero);

        time.Advance(TimeSpan.Zero);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["now", "early"], fired);

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["now", "early", "late"], fired);
    }

    [Fact]
    public void Set_AgainLater_FiresOnceAtTheLaterMoment()
    {
        deadlines.Set("a", TimeSpan.FromSeconds(1));
        deadlines.Set("a", TimeSpan.FromSeconds(5));

        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(fired);
        Assert.True(deadlines.Contains("a"));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a"], fired);
        Assert.False(deadlines.Contains("a"));
    }

    [Fact]
    public void SetEarlier_OnlyMovesAhead()
    {
        deadlines.Set("a", TimeSpan.FromSeconds(2));
        deadlines.SetEarlier("a", TimeSpan.FromSeconds(9));
        deadlines.SetEarlier("a", TimeSpan.FromSeconds(1));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a"], fired);

        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["a"], fired);
    }

    [Fact]
    public void Remove_Key_DoesNotFire()
    {
        deadlines.Set("a", TimeSpan.FromSeconds(1));
        deadlines.Set("b", TimeSpan.FromSeconds(1));
        deadlines.Remove("a");

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["b"], fired);
    }

    [Fact]
    public void Jump_OfTheWallClock_MovesNoDeadline()
    {
        deadlines.Set("a", TimeSpan.FromMinutes(1));

        time.Jump(TimeSpan.FromHours(5));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(fired);

        time.Jump(TimeSpan.FromHours(-10));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a"], fired);
    }

    [Fact]
    public void Set_RandomHistory_FiresWhatIsDueAndNothingElse()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new Dictionary<string, TimeSpan>();
        var now = TimeSpan.Zero;
        for (var step = 0; step < 2_000; step++)
        {
            var key = random.Next(30).ToString();
            var at = now + TimeSpan.FromSeconds(random.Next(1, 20));
            switch (random.Next(4))
            {
                case 0:
                    deadlines.Set(key, at - now);
                    model[key] = at;
                    break;
                case 1:
                    deadlines.SetEarlier(key, at - now);
                    model[key] = model.TryGetValue(key, out var known) && known < at ? known : at;
                    break;
                case 2:
                    deadlines.Remove(key);
                    model.Remove(key);
                    break;
                default:
                    now += TimeSpan.FromSeconds(1);
                    time.Advance(TimeSpan.FromSeconds(1));
                    var due = model.Where(pair => pair.Value <= now).Select(static pair => pair.Key).ToList();
                    due.ForEach(each => model.Remove(each));
                    Assert.Equal(due.Order(), fired.Order());
                    fired.Clear();
                    break;
            }
        }
    }
}
