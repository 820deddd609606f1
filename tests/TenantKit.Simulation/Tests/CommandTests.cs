using TenantKit.Simulation.Running;

namespace TenantKit.Simulation.Tests;

public sealed class CommandTests
{
    [Theory]
    [InlineData("--sead", "5")]
    [InlineData("--seed")]
    [InlineData("--seed", "x")]
    [InlineData("--seeds", "-1")]
    [InlineData("--without", "Rain")]
    public void Parse_BadArguments_AreRefused(params string[] args) =>
        Assert.ThrowsAny<Exception>(() => SimulateOptions.Parse(args));

    [Fact]
    public void Run_FewSeeds_EndsWithTheSum()
    {
        var text = new StringWriter();

        var exit = Batch.Run(SimulateOptions.Parse(["--from", "1", "--seeds", "2"]), text);

        Assert.Equal(0, exit);
        Assert.Matches(@"^seeds 2, events \d+, events/s \d+, violations 0$", text.ToString().TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void Run_AMutant_EndsWithTheSum()
    {
        var text = new StringWriter();

        var exit = MutantTrial.Run(SimulateOptions.Parse(["--mutants", "--mutant", "store-without-fence", "--from", "1"]), text);

        Assert.Equal(0, exit);
        Assert.Equal("mutants 1, caught 1", text.ToString().TrimEnd().Split('\n')[^1]);
    }
}
