using PublicApiGenerator;

namespace TenantKit.PublicApi.Tests;

/// <summary>What a package shows to the world changes only on purpose.</summary>
public sealed class ApprovedApiTests
{
    // The test framework's attributes carry the path and line of the source.
    private static readonly string[] ExcludedAttributes =
        ["System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute", "Xunit.FactAttribute", "Xunit.TheoryAttribute"];

    private const string AcceptVariable = "TENANTKIT_ACCEPT_API";

    private static readonly string Approved = Path.Combine(Packages.Root, "tests", "TenantKit.PublicApi.Tests", "approved");

    [Theory]
    [MemberData(nameof(Packages.All), MemberType = typeof(Packages))]
    public void PublicApi_OfPackage_IsTheApprovedOne(string package)
    {
        // What the compiler adds to an async iterator is no promise to anybody.
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false, ExcludeAttributes = ExcludedAttributes };
        var api = Packages.Load(package).GeneratePublicApi(options).ReplaceLineEndings("\n") + "\n";
        var approvedFile = Path.Combine(Approved, package + ".txt");
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            Directory.CreateDirectory(Approved);
            File.WriteAllText(approvedFile, api);
            return;
        }

        var approved = File.Exists(approvedFile) ? File.ReadAllText(approvedFile).ReplaceLineEndings("\n") : "";
        if (api == approved)
        {
            return;
        }

        var received = Path.Combine(AppContext.BaseDirectory, package + ".received.txt");
        File.WriteAllText(received, api);
        Assert.Fail(
            $"The public API of {package} is not the approved one. Compare {received} with {approvedFile}. When the change is meant, accept it with\n" +
            $"  {AcceptVariable}=1 dotnet test tests/TenantKit.PublicApi.Tests\nFirst differences:\n{Differences(approved, api)}");
    }

    [Fact]
    public void ApprovedFiles_AndPackages_AreTheSameSet()
    {
        var files = Directory.GetFiles(Approved, "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);

        Assert.Equal(Packages.Names, files);
    }

    private static string Differences(string approved, string received)
    {
        var before = approved.Split('\n');
        var after = received.Split('\n');
        return string.Join('\n', before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line)).Take(20));
    }
}
