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

    /// <summary>What the harnesses of a test assembly leave out: suites that no class derives from, and cases that are replaced or skipped.</summary>
    /// <param name="testAssembly">The assembly with the orchestrators' tests.</param>
    /// <returns>A sentence for each; empty when all comply.</returns>
    public static IReadOnlyList<string> Missing(Assembly testAssembly)
    {
        ArgumentNullException.ThrowIfNull(testAssembly);
        var own = testAssembly.GetTypes().Where(static type => !type.IsAbstract).ToList();
        var harnesses = own.Where(static type => type.IsSubclassOf(typeof(OrchestratorHarness))).ToList();
        if (harnesses.Count == 0)
        {
            return ["There is no harness."];
        }

        List<string> missing = [];
        foreach (var (harness, suite) in harnesses.SelectMany(static harness => Suites.Select(suite => (harness, suite))))
        {
            var wanted = suite.MakeGenericType(harness);
            var tests = own.Find(type => type.IsSubclassOf(wanted));
            if (tests is null)
            {
                missing.Add($"{harness.Name} does not run {suite.Name}.");
                continue;
            }

            var cases = wanted.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(static method => method.Name).ToHashSet(StringComparer.Ordinal);
            missing.AddRange(tests.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => cases.Contains(method.Name)).Select(method => $"{tests.Name} replaces {method.Name}."));
        }

        return missing;
    }
}
