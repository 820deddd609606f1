using System.Text.RegularExpressions;

namespace TenantKit.PublicApi.Tests;

/// <summary>Documentation points at what exists.</summary>
public sealed partial class DocumentationLinkTests
{
    [Fact]
    public void RelativeLinks_InDocumentation_PointAtFilesAndFolders()
    {
        var broken = Documents().SelectMany(static file => Link().Matches(File.ReadAllText(file))
            .Select(match => (File: file, Target: match.Groups["target"].Value))
            .Where(static link => !Path.Exists(Path.Combine(Path.GetDirectoryName(link.File)!, link.Target)))
            .Select(static link => $"{Path.GetRelativePath(Packages.Root, link.File)}: {link.Target}"));

        Assert.Empty(broken);
    }

    private static IEnumerable<string> Documents() =>
    [
        .. Directory.GetFiles(Packages.Root, "*.md"),
        .. Directory.GetFiles(Path.Combine(Packages.Root, "docs"), "*.md", SearchOption.AllDirectories),
        .. Packages.Names.Select(static name => Path.Combine(Packages.Root, "src", name, "README.md")),
    ];

    [GeneratedRegex(@"\]\((?!https?:|#)(?<target>[^)#]+)")]
    private static partial Regex Link();
}
