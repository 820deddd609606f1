using TenantKit.Simulation.Mutants;
using TenantKit.Simulation.Running;

namespace TenantKit.Simulation.Tests;

/// <summary>The simulation can fail: it catches every mutant.</summary>
public sealed class MutantTests
{
    public static TheoryData<string> Names => [.. Zoo.All.Select(static make => make().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Try_Mutant_IsCaught(string name)
    {
        var (needed, result) = MutantTrial.Try(Zoo.Find(name), 1, MutantTrial.MostSeeds);

        Assert.True(result is not null, $"{name} was not caught within {needed} seeds.");
    }

    [Fact]
    public void All_Mutants_AreManyAndDifferent()
    {
        Assert.True(Zoo.All.Count >= 25);
        Assert.Distinct(Zoo.All.Select(static make => make().Name));
    }
}
