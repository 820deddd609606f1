using Microsoft.Extensions.Time.Testing;
using TenantKit.Diagnostics;

namespace TenantKit.Core.Tests.Diagnostics;

public sealed class UlidSourceTests
{
    private const int TimeCharacters = 10;

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Ids_OfManyMilliseconds_GrowAndHaveTheirOwnRandomness()
    {
        var ids = new UlidSource(time);
        var made = new List<string>();
        for (var i = 0; i < 1_000; i++)
        {
            made.Add(ids.NewId());
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.All(made, static id => Assert.Matches("^[0-9a-hjkmnp-tv-z]{26}$", id));
        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.Equal(made.Count, made.Select(static id => id[TimeCharacters..]).Distinct().Count());
        Assert.All(Enumerable.Range(TimeCharacters + 1, 15), place => Assert.True(made.Select(id => id[place]).Distinct().Count() > 8, $"place {place}"));
    }

    [Fact]
    public void Ids_OfOneMillisecond_CountUp()
    {
        var ids = new UlidSource(time);

        var made = Enumerable.Range(0, 10_000).Select(_ => ids.NewId()).ToList();

        Assert.Equal(made.Order(StringComparer.Ordinal).Distinct(), made);
        Assert.Single(made.Select(static id => id[..TimeCharacters]).Distinct());
    }

    [Fact]
    public void Ids_OfAClockThatGoesBack_GrowAllTheSame()
    {
        var jumpy = new JumpyTimeProvider();
        var ids = new UlidSource(jumpy);
        var first = ids.NewId();

        jumpy.Jump(TimeSpan.FromHours(-1));

        Assert.True(string.CompareOrdinal(ids.NewId(), first) > 0);
    }
}
