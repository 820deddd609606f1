using TenantKit.Autoscaling;
using TenantKit.Templates;
using TenantKit.Testing.Virtual;

namespace TenantKit.Core.Tests.Autoscaling;

/// <summary>What the rule promises for any settings and any load; the seed of each round is in the message.</summary>
public sealed class AutoscaleRuleTests
{
    private const int Rounds = 300;
    private const int Steps = 200;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ulong first = ulong.TryParse(Environment.GetEnvironmentVariable("TENANTKIT_SEED"), out var seed) ? seed : (ulong)Environment.TickCount64;

    [Fact]
    public void Decide_AnyLoad_StaysWithinTheBoundsAndKeepsItsPromises() => ForAll((random, settings, say) =>
    {
        var (fewest, most) = Bounds(random);
        var (wanted, memory) = (fewest, AutoscaleMemory.None);
        var asked = new List<(TimeSpan At, int Count)>();
        for (var step = 0; step < Steps; step++)
        {
            var now = Second * step;
            var input = new AutoscaleInput(Load(random, settings), Load(random, settings), random.Chance(0.8), wanted, random.Next(wanted + 1), fewest, most);
            var (count, next) = AutoscaleRule.Decide(settings, input, memory, now);

            Assert.True(count >= fewest && count <= most, say($"{count} is outside {fewest} to {most}"));
            Assert.True(input.IsWhole || count >= wanted, say($"{count} is less than {wanted} before a whole window was seen"));
            Assert.True(memory.PanicUntil is null || next.PanicUntil is null || count >= Math.Min(most, memory.Peak), say($"{count} is less than the peak {memory.Peak} of a panic that goes on"));
            Assert.True(count >= Math.Min(most, wanted / 2), say($"{count} is less than half of {wanted}"));
            var recent = asked.Where(entry => now - entry.At < settings.ScaleDownDelay).Select(static entry => entry.Count).DefaultIfEmpty().Max();
            Assert.True(count >= Math.Clamp(recent, fewest, most), say($"{count} is less than the {recent} of within the delay"));
            var carried = Math.Clamp((int)Math.Min(int.MaxValue, Math.Ceiling(input.Stable / settings.TargetInFlight)), fewest, most);
            Assert.True(count >= carried, say($"{count} does not carry the stable load, which needs {carried}"));
            asked.Add((now, next.Recent.Last().Count));
            (wanted, memory) = (count, next);
        }
    });

    [Fact]
    public void Decide_MoreLoad_NeverAsksForLess() => ForAll((random, settings, say) =>
    {
        var (fewest, most) = Bounds(random);
        var input = new AutoscaleInput(Load(random, settings), Load(random, settings), random.Chance(0.5), fewest + random.Next(most - fewest + 1), random.Next(most + 1), fewest, most);
        var more = input with { Stable = input.Stable * (1 + random.NextDouble()), Panic = input.Panic * (1 + random.NextDouble()) };

        var (less, more_) = (AutoscaleRule.Decide(settings, input, AutoscaleMemory.None, Second).Count, AutoscaleRule.Decide(settings, more, AutoscaleMemory.None, Second).Count);

        Assert.True(more_ >= less, say($"{more} asks for {more_}, {input} for {less}"));
    });

    [Fact]
    public void Decide_ASteadyLoad_ComesToRestAtWhatItNeeds() => ForAll((random, settings, say) =>
    {
        var (fewest, most) = Bounds(random);
        var load = Load(random, settings);
        var (wanted, memory) = (fewest + random.Next(most - fewest + 1), AutoscaleMemory.None);
        var history = new LoadHistory(settings.StableWindow);
        // No more than half goes at once, each half after a delay: from twenty-three to one are five of them.
        var until = settings.StableWindow * 3 + settings.ScaleDownDelay * 5 + TimeSpan.FromSeconds(30);
        for (var now = TimeSpan.Zero; now < until; now += Second)
        {
            history.Add(now, load);
            var input = new AutoscaleInput(history.Mean(settings.StableWindow), history.Mean(settings.StableWindow * settings.PanicWindowShare), history.IsWhole, wanted, wanted, fewest, most);
            (wanted, memory) = AutoscaleRule.Decide(settings, input, memory, now);
        }

        // A panic that began when too few ran is prolonged while the load is that much; its peak is what the load needs.
        var needed = Math.Clamp((int)Math.Ceiling(load / settings.TargetInFlight - 1e-9), fewest, most);
        Assert.True(wanted == needed || (memory.PanicUntil is not null && wanted >= needed), say($"{load} at {settings.TargetInFlight} needs {needed}, rests at {wanted}"));
    });

    [Fact]
    public void Decide_ASuddenLoad_PanicsAtOnceAndCalmsAfterAStableWindow()
    {
        var settings = new AutoscaleSettings { TargetInFlight = 10 };
        var calm = new AutoscaleInput(5, 5, true, 1, 1, 1, 8);

        var (count, memory) = AutoscaleRule.Decide(settings, calm, AutoscaleMemory.None, Second);
        Assert.Equal((1, null), (count, memory.PanicUntil));

        // The stable window hardly shows it yet; the panic window asks for 4, which is four times what is ready.
        (count, memory) = AutoscaleRule.Decide(settings, calm with { Stable = 8, Panic = 40 }, memory, 2 * Second);
        Assert.Equal((4, 62 * Second), (count, memory.PanicUntil));

        // It is over, and nothing is taken away for a stable window.
        (count, memory) = AutoscaleRule.Decide(settings, calm with { Stable = 12, Panic = 0, Wanted = 4, Ready = 4 }, memory, 61 * Second);
        Assert.Equal(4, count);
        (count, memory) = AutoscaleRule.Decide(settings, calm with { Stable = 3, Panic = 0, Wanted = 4, Ready = 4 }, memory, 63 * Second);
        Assert.Equal((2, null), (count, memory.PanicUntil));
        (count, _) = AutoscaleRule.Decide(settings, calm with { Stable = 0, Panic = 0, Wanted = 2, Ready = 2 }, memory, 64 * Second);
        Assert.Equal(1, count);
    }

    [Fact]
    public void History_AfterAGap_BeginsAnew()
    {
        var history = new LoadHistory(TimeSpan.FromSeconds(6));
        for (var second = 0; second <= 6; second++)
        {
            history.Add(Second * second, 10);
        }

        Assert.True(history.IsWhole);
        Assert.Equal(10, history.Mean(TimeSpan.FromSeconds(6)));
        history.Add(17 * Second, 4);
        Assert.False(history.IsWhole);
        Assert.Equal(4, history.Mean(TimeSpan.FromSeconds(6)));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(60)]
    [InlineData(3600)]
    public void History_OfAnyWindow_IsTheMeanOfItAndOfItsNewestTenth(int seconds)
    {
        var window = TimeSpan.FromSeconds(seconds);
        var history = new LoadHistory(window);
        for (var second = 0; second < seconds * 2; second++)
        {
            history.Add(Second * second, second < seconds ? 100 : second < seconds * 2 - (seconds / 10) ? 10 : 30);
        }

        Assert.True(history.IsWhole);
        Assert.InRange(history.Mean(window), 10, 16);
        Assert.InRange(history.Mean(window / 10), 10, 30);
    }

    private static AutoscaleSettings Draw(SeededRandom random) => new()
    {
        TargetInFlight = 0.1 + (random.NextDouble() * (random.Chance(0.5) ? 5 : 200)),
        StableWindow = TimeSpan.FromSeconds(6 + random.Next(120)),
        PanicWindowShare = 0.01 + (random.NextDouble() * 0.99),
        PanicThreshold = 1.1 + (random.NextDouble() * 8.9),
        ScaleDownDelay = random.Chance(0.5) ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(60)),
    };

    private static (int Fewest, int Most) Bounds(SeededRandom random)
    {
        var fewest = 1 + random.Next(4);
        return (fewest, fewest + random.Next(20));
    }

    private static double Load(SeededRandom random, AutoscaleSettings settings) => random.Chance(0.2) ? 0 : random.NextDouble() * settings.TargetInFlight * random.Next(40);

    private void ForAll(Action<SeededRandom, AutoscaleSettings, Func<string, string>> check)
    {
        for (var seed = first; seed < first + Rounds; seed++)
        {
            var random = new SeededRandom(seed);
            var settings = Draw(random);
            check(random, settings, what => $"{what} (repeat with TENANTKIT_SEED={seed}; {settings})");
        }
    }
}
