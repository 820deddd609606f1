using TenantKit.Orchestration;
using TenantKit.Testing.Contracts;

namespace TenantKit.Core.Tests.Orchestration;

public sealed class OrchestratorComplianceTests
{
    private static readonly Type[] Suites = [.. typeof(OrchestratorSuite<>).Assembly.GetTypes().Where(static type => type is { IsAbstract: true, BaseType.IsGenericType: true }
        && type.BaseType.GetGenericTypeDefinition() == typeof(OrchestratorSuite<>))];

    [Fact]
    public void EveryOrchestrator_EverySuite_IsRun()
    {
        var orchestrators = typeof(IContainerOrchestrator).Assembly.GetTypes().Count(static type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IContainerOrchestrator)));
        var own = typeof(OrchestratorComplianceTests).Assembly.GetTypes();
        var harnesses = own.Where(static type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(OrchestratorHarness))).ToList();
        Assert.Equal(orchestrators, harnesses.Count);
        Assert.NotEmpty(Suites);

        var missing = from harness in harnesses
                      from suite in Suites
                      let wanted = suite.MakeGenericType(harness)
                      where !own.Any(type => type is { IsAbstract: false } && type.IsAssignableTo(wanted))
                      select $"{harness.Name} does not run {suite.Name}";
        Assert.Empty(missing);
    }
}
