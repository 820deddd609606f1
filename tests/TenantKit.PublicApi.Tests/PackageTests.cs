using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace TenantKit.PublicApi.Tests;

/// <summary>What people get when they add a package.</summary>
public sealed class PackageTests(PackedPackages packed)
{
    [Fact]
    public void Pack_OfSolution_MakesOnePackageWithSymbolsPerSourceProject()
    {
        var version = XDocument.Load(Path.Combine(Packages.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        var expected = Packages.Names.SelectMany(name => new[] { $"{name}.{version}.nupkg", $"{name}.{version}.snupkg" }).Order(StringComparer.Ordinal);

        Assert.Equal(expected, packed.Files);
    }

    [Theory]
    [MemberData(nameof(Packages.All), MemberType = typeof(Packages))]
    public void Package_Always_HoldsAssemblyDocumentationAndReadme(string package)
    {
        using var archive = packed.Open(package, ".nupkg");
        var names = archive.Entries.Select(static entry => entry.FullName).ToList();

        Assert.Contains($"lib/net10.0/{package}.dll", names);
        Assert.Contains($"lib/net10.0/{package}.xml", names);
        Assert.Contains("README.md", names);
        Assert.DoesNotContain(names, static name => name.EndsWith(".pdb", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages.All), MemberType = typeof(Packages))]
    public void SymbolPackage_Always_HoldsPortableSymbols(string package)
    {
        using var archive = packed.Open(package, ".snupkg");
        using var stream = archive.GetEntry($"lib/net10.0/{package}.pdb")!.Open();
        var head = new byte[4];
        stream.ReadExactly(head);

        Assert.Equal("BSJB"u8.ToArray(), head);
    }

    [Theory]
    [MemberData(nameof(Packages.All), MemberType = typeof(Packages))]
    public void Package_Always_NamesLicenceReadmeDescriptionAndCommit(string package)
    {
        var metadata = packed.ReadMetadata(package).Elements().ToLookup(static element => element.Name.LocalName);

        Assert.Equal("MIT", metadata["license"].Single().Value);
        Assert.Equal("README.md", metadata["readme"].Single().Value);
        Assert.EndsWith(".", metadata["description"].Single().Value, StringComparison.Ordinal);
        if (Path.Exists(Path.Combine(Packages.Root, ".git")))
        {
            Assert.Matches("^[0-9a-f]{40}$", metadata["repository"].Single().Attribute("commit")!.Value);
        }
    }

    [Theory]
    [MemberData(nameof(Packages.All), MemberType = typeof(Packages))]
    public void Assembly_InPackage_IsReproducible(string package)
    {
        using var archive = packed.Open(package, ".nupkg");
        using var stream = archive.GetEntry($"lib/net10.0/{package}.dll")!.Open();
        using var image = new MemoryStream();
        stream.CopyTo(image);
        image.Position = 0;
        using var reader = new PEReader(image);

        Assert.Contains(reader.ReadDebugDirectory(), static entry => entry.Type == DebugDirectoryEntryType.Reproducible);
    }

    [Fact]
    public void Core_Dependencies_AreExtensionsOnly() =>
        Assert.All(packed.ReadDependencies("TenantKit.Core"), static id => Assert.StartsWith("Microsoft.Extensions.", id, StringComparison.Ordinal));

    [Theory]
    [InlineData("TenantKit.Core")]
    [InlineData("TenantKit.Agent")]
    [InlineData("TenantKit.Gateway", "TenantKit.Core")]
    [InlineData("TenantKit.Admin", "TenantKit.Core")]
    [InlineData("TenantKit.Testing", "TenantKit.Core")]
    [InlineData("TenantKit.Docker", "TenantKit.Core")]
    [InlineData("TenantKit.Storage.EntityFrameworkCore", "TenantKit.Core")]
    [InlineData("TenantKit.Storage.Sqlite", "TenantKit.Storage.EntityFrameworkCore")]
    [InlineData("TenantKit.Storage.MySql", "TenantKit.Storage.EntityFrameworkCore")]
    public void Package_Siblings_AreTheDeclaredOnes(string package, params string[] siblings) =>
        Assert.Equal(siblings, packed.ReadDependencies(package).Where(static id => id.StartsWith("TenantKit.", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Packages.All), MemberType = typeof(Packages))]
    public void Readme_OfPackage_SaysInstallUseOptionsLimits(string package)
    {
        var headings = File.ReadLines(Path.Combine(Packages.Root, "src", package, "README.md")).Where(static line => line.StartsWith("## ", StringComparison.Ordinal));

        Assert.Equal(["## Install", "## Use", "## Options", "## Limits"], headings);
    }
}
