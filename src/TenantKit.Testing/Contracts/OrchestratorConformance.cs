using System.Reflection;

namespace TenantKit.Testing.Contracts;

/// <summary>Which suites an orchestrator has to pass.</summary>
/// <remarks>
/// A case that needs a capability looks at what the runtime declares: without it there is nothing to check, with it the case runs. The suites never
/// skip, so that a runtime that declares what its harness cannot show fails.
/// </remarks>
public static class OrchestratorConformance
{
    /// <summary>All suites; each is an open generic class of the harness.</summary>
    public static IReadOnlyList<Type> Suites { get; } = [.. typeof(OrchestratorSuite<>).Assembly.GetTypes()
        .Where(static type => type is { IsAbstract: true, BaseType.IsGenericType: true } && type.BaseType.GetGenericTypeDefinition() == typeof(OrchestratorSuite<>))];

    /// <summary>The suites that a harness of a test assembly does not run.</summary>
    /// <param name="testAssembly">The assembly with the orchestrators' tests.</param>
    /// <returns>A sentence for each; empty when all comply.</returns>
    public static IReadOnlyList<string> Missing(Assembly testAssembly)
    {
        ArgumentNullException.ThrowIfNull(testAssembly);
        var own = testAssembly.GetTypes().Where(static type => !type.IsAbstract).ToList();
        var harnesses = own.Where(static type => type.IsSubclassOf(typeof(OrchestratorHarness))).ToList();
        return harnesses.Count == 0
            ? ["There is no harness."]
            : [.. from harness in harnesses
                  from suite in Suites
                  where !own.Exists(type => type.IsSubclassOf(suite.MakeGenericType(harness)))
                  select $"{harness.Name} does not run {suite.Name}."];
    }
}
