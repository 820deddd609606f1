using TenantKit.Docker.Engine;

namespace TenantKit.Docker.Tests.Engine;

public sealed class SubnetPoolTests
{
    [Fact]
    public void InOrderOf_AnyUnit_GoesThroughEachRangeOnce()
    {
        var pool = new SubnetPool("10.213.0.0/16", 27);

        var ranges = pool.InOrderOf("user-1").Select(static range => range.ToString()).ToList();

        Assert.Equal(2048, pool.Count);
        Assert.Equal(2048, ranges.Distinct().Count());
        Assert.Contains("10.213.0.0/27", ranges);
        Assert.Contains("10.213.255.224/27", ranges);
        Assert.Equal(ranges, pool.InOrderOf("user-1").Select(static range => range.ToString()));
        Assert.NotEqual(ranges[0], pool.InOrderOf("user-2").First().ToString());
    }

    [Fact]
    public void Gateway_OfRange_IsItsFirstAddress() =>
        Assert.Equal("10.213.1.33", SubnetPool.Gateway(System.Net.IPNetwork.Parse("10.213.1.32/27")).ToString());
}
