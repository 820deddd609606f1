using TenantKit.Routing;

namespace TenantKit.Core.Tests.Routing;

public sealed class LoadBalancingSettingsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(";")]
    public void TryParse_OfNothing_AsksForTheDefaults(string? text)
    {
        Assert.True(LoadBalancingSettings.TryParse(text, out var settings, out _));
        Assert.Equal((null, null, false, null, 0), (settings.Policy, settings.Key, settings.Affinity, settings.SlowStart, settings.Weights.Count));
    }

    [Fact]
    public void TryParse_OfEverything_ReadsEverything()
    {
        Assert.True(LoadBalancingSettings.TryParse("my.policy_1 ; key = header:X-Cart; affinity=cookie ;slow-start=00:00:30; weights=3, 1", out var settings, out var error));

        Assert.Null(error);
        Assert.Equal(("my.policy_1", "header:X-Cart", true, TimeSpan.FromSeconds(30)), (settings.Policy, settings.Key, settings.Affinity, settings.SlowStart));
        Assert.Equal([3, 1], settings.Weights);
    }

    [Theory]
    [InlineData("round robin", "'round robin' is no name of a policy: letters, digits, '-', '_' and '.'; settings follow after ';'.")]
    [InlineData("random; key=session", "key is user, address, path, header:NAME or cookie:NAME.")]
    [InlineData("random; key=header:", "key is user, address, path, header:NAME or cookie:NAME.")]
    [InlineData("random; key=header:a b", "key is user, address, path, header:NAME or cookie:NAME.")]
    [InlineData("random; affinity=yes", "affinity is cookie or none.")]
    [InlineData("random; slow-start=-00:00:01", "slow-start is a time of 00:00:00 to 01:00:00.")]
    [InlineData("random; slow-start=2:00:00", "slow-start is a time of 00:00:00 to 01:00:00.")]
    [InlineData("random; weights=0", "weights are 1 to 64 numbers of 1 to 1000, divided by commas.")]
    [InlineData("random; weights=1,,2", "weights are 1 to 64 numbers of 1 to 1000, divided by commas.")]
    [InlineData("random; sticky=1", "There is no setting 'sticky'; there are key, affinity, slow-start and weights.")]
    public void TryParse_OfWhatItDoesNotKnow_SaysWhatItDoes(string text, string expected)
    {
        Assert.False(LoadBalancingSettings.TryParse(text, out var settings, out var error));

        Assert.Null(settings);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void TryParse_OfALongText_IsRefused() =>
        Assert.False(LoadBalancingSettings.TryParse(new string('a', 257), out _, out _));
}
