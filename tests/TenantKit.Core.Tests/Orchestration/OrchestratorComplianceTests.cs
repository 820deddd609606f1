using TenantKit.Orchestration;
using TenantKit.Testing.Contracts;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class OrchestratorComplianceTests
{
    [Fact]
    public void EveryOrchestrator_EverySuite_IsRun()
    {
        var orchestrators = typeof(IContainerOrchestrator).Assembly.GetTypes().Count(static type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IContainerOrchestrator)));
        var own = typeof(OrchestratorComplianceTests).Assembly;

        Assert.Equal(orchestrators, own.GetTypes().Count(static type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(OrchestratorHarness))));
        Assert.Equal(5, OrchestratorConformance.Suites.Count);
        Assert.Empty(OrchestratorConformance.Missing(own));
    }

    [Fact]
    public void Missing_SuitesLeftOut_AreNamed()
    {
        var left = OrchestratorConformance.Missing(new HalfComplying());

        Assert.Equal(4, left.Count);
        Assert.Contains("InMemoryHarness does not run OrchestratorTruthConformance`1.", left);
        Assert.Equal(["There is no harness."], OrchestratorConformance.Missing(typeof(string).Assembly));
    }

    /// <summary>An assembly that runs one suite.</summary>
    private sealed class HalfComplying : System.Reflection.Assembly
    {
        public override Type[] GetTypes() => [typeof(InMemoryHarness), typeof(InMemoryObservationTests)];
    }
}
