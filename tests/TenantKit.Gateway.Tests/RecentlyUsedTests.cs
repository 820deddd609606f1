namespace TenantKit.Gateway.Tests;

public sealed class RecentlyUsedTests
{
    [Fact]
    public void TryGet_UsedAgainAndAgain_StaysAmongStrangers()
    {
        var kept = new RecentlyUsed<string, string>(100, StringComparer.Ordinal);
        kept.Set("mine", "value");

        for (var stranger = 0; stranger < 10_000; stranger++)
        {
            kept.Set($"stranger-{stranger}", "other");
            Assert.True(stranger % 40 > 0 || kept.TryGet("mine", out _), $"lost at stranger {stranger}");
        }
    }

    [Fact]
    public void TryGet_NotUsedForLong_IsGone()
    {
        var kept = new RecentlyUsed<string, string>(100, StringComparer.Ordinal);
        for (var each = 0; each < 1_000; each++)
        {
            kept.Set($"{each}", "value");
        }

        var left = Enumerable.Range(0, 1_000).Count(each => kept.TryGet($"{each}", out _));
        Assert.InRange(left, 50, 100);
    }

    [Fact]
    public void TryGet_HalfOfWhatIsKept_IsAlwaysThere()
    {
        var kept = new RecentlyUsed<string, string>(1_000, StringComparer.Ordinal);
        for (var round = 0; round < 20; round++)
        {
            for (var each = 0; each < 500; each++)
            {
                if (!kept.TryGet($"{each}", out _))
                {
                    Assert.Equal(0, round);
                    kept.Set($"{each}", "value");
                }
            }
        }
    }

    [Fact]
    public void TryGet_PartOfAString_FindsTheSame()
    {
        var kept = new RecentlyUsed<string, string>(4, StringComparer.Ordinal);
        kept.Set("acme", "value");
        kept.Set("b", "other");
        kept.Set("c", "other");
        kept.Set("d", "other");

        Assert.True(kept.TryGet("/t/acme/orders".AsSpan(3, 4), out var found));
        Assert.Equal("value", found);
        Assert.False(kept.TryGet("/t/acme/orders".AsSpan(3, 3), out _));
    }

    [Fact]
    public void SetAndTryGet_FromManyThreads_GiveOnlyWhatWasSet()
    {
        var kept = new RecentlyUsed<string, string>(64, StringComparer.Ordinal);
        Parallel.For(0, 200_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number =>
        {
            var key = $"{number % 500}";
            if (kept.TryGet(key, out var found))
            {
                Assert.Equal("v" + key, found);
            }
            else
            {
                kept.Set(key, "v" + key);
            }
        });
    }
}
