using TenantKit.Admin.Http;
using TenantKit.Tenants;

namespace TenantKit.Admin.Tests.Http;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1000m", 1000)]
    [InlineData("1", 1000)]
    [InlineData("0.5", 500)]
    [InlineData("256", 256_000)]
    public void Cpu_ThatIsRight_IsRead(string text, int millicores)
    {
        var errors = new Dictionary<string, string[]>();

        Assert.Equal(millicores, Quantity.Cpu(text, "cpu", errors));
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("2Gi", 2L << 30)]
    [InlineData("1.5Gi", 3L << 29)]
    [InlineData("2G", 2_000_000_000L)]
    [InlineData("16777216", 16L << 20)]
    public void Memory_ThatIsRight_IsRead(string text, long bytes)
    {
        var errors = new Dictionary<string, string[]>();

        Assert.Equal(bytes, Quantity.Memory(text, "memory", errors));
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("0")]
    [InlineData("1,000")]
    [InlineData("2 Gigs")]
    [InlineData("0.0001")]
    [InlineData("99999999999999999999999999999999999")]
    [InlineData("１")]
    public void Anything_ThatIsWrong_IsRefused(string text)
    {
        var errors = new Dictionary<string, string[]>();

        Assert.Null(Quantity.Cpu(text, "cpu", errors));
        Assert.Null(Quantity.Memory(text, "memory", errors));
        Assert.Null(Quantity.Storage(text, "storage", errors));

        Assert.Equal(
            ["CPU is written as \"500m\" or \"1.5\" and lies between 10m and 256000m.",
             "Memory is written as \"512Mi\" or \"2Gi\" and lies between 16Mi and 4Ti.",
             "Storage is written as \"500Mi\" or \"10Gi\" and lies between 1Mi and 1Pi."],
            errors.Values.Select(problems => problems.Single()));
    }

    [Fact]
    public void Print_TakesTheLargestUnitThatFits()
    {
        Assert.Equal(new ResourcesBody("1000m", "2Gi", "10Gi"), Quantity.Print(ResourceLimits.Default));
        Assert.Equal(new ResourcesBody("250m", "1536Mi", "1000000001"), Quantity.Print(new ResourceLimits(250, 1536L << 20, 1_000_000_001)));
    }
}
