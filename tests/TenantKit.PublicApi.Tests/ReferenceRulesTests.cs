using NetArchTest.Rules;
using TenantKit.Storage;

namespace TenantKit.PublicApi.Tests;

/// <summary>Who may reference whom: the arrows of docs/architecture.md.</summary>
public sealed class ReferenceRulesTests
{
    [Fact]
    public void Core_ReferencesOnlyExtensionsAndTheRuntime()
    {
        var foreign = References("TenantKit.Core").Where(name => !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && !IsRuntime(name));

        Assert.Empty(foreign);
    }

    [Theory]
    [InlineData("TenantKit.Core")]
    [InlineData("TenantKit.Agent")]
    [InlineData("TenantKit.Gateway", "TenantKit.Core")]
    [InlineData("TenantKit.Admin", "TenantKit.Core")]
    [InlineData("TenantKit.Testing", "TenantKit.Core")]
    [InlineData("TenantKit.Docker", "TenantKit.Core")]
    [InlineData("TenantKit.Kubernetes", "TenantKit.Core")]
    [InlineData("TenantKit.Storage.EntityFrameworkCore", "TenantKit.Core")]
    [InlineData("TenantKit.Storage.Sqlite", "TenantKit.Core", "TenantKit.Storage.EntityFrameworkCore")]
    [InlineData("TenantKit.Storage.MySql", "TenantKit.Core", "TenantKit.Storage.EntityFrameworkCore")]
    public void Package_ReferencesNoSibling(string package, params string[] allowed)
    {
        var siblings = References(package).Where(name => name.StartsWith("TenantKit", StringComparison.Ordinal)).Except(allowed);

        Assert.Empty(siblings);
    }

    [Fact]
    public void Gateway_ReferencesNoDatabase()
    {
        var foreign = References("TenantKit.Gateway").Where(name => name.Contains("EntityFrameworkCore", StringComparison.Ordinal) || name.Contains("Sqlite", StringComparison.Ordinal));

        Assert.Empty(foreign);
    }

    [Theory]
    [InlineData("TenantKit.Tenants", "TenantKit.Management", "TenantKit.Reconciliation", "TenantKit.Orchestration", "TenantKit.Routing", "TenantKit.Control")]
    [InlineData("TenantKit.Storage", "TenantKit.Management", "TenantKit.Reconciliation", "TenantKit.Orchestration", "TenantKit.Routing", "TenantKit.Control")]
    [InlineData("TenantKit.Orchestration", "TenantKit.Management", "TenantKit.Reconciliation", "TenantKit.Storage", "TenantKit.Routing")]
    [InlineData("TenantKit.Management", "TenantKit.Reconciliation")]
    public void Core_StepUsesNothingUpstream(string step, params string[] upstream)
    {
        // The lock of the data directory is the one thing in a folder upstream that whoever writes to that directory may hold.
        var types = Packages.Load("TenantKit.Core").GetTypes()
            .Where(type => upstream.Any(folder => type.Namespace == folder || type.Namespace?.StartsWith(folder + ".", StringComparison.Ordinal) == true))
            .Where(static type => type != typeof(DataDirectoryLock))
            .Select(static type => type.FullName!)
            .ToArray();
        var result = Types.InAssembly(Packages.Load("TenantKit.Core")).That().ResideInNamespace(step).ShouldNot().HaveDependencyOnAny(types).GetResult();

        Assert.Empty(result.FailingTypeNames ?? []);
    }

    private static IEnumerable<string> References(string package) => Packages.Load(package).GetReferencedAssemblies().Select(reference => reference.Name!);

    private static bool IsRuntime(string name) => name is "System" or "netstandard" or "mscorlib" || name.StartsWith("System.", StringComparison.Ordinal) || name is "Microsoft.Win32.Primitives";
}
