using System.Text.RegularExpressions;

namespace TenantKit.PublicApi.Tests;

/// <summary>Code in a README or below docs/ is code that compiles: each block equals a region below <c>Snippets/</c>.</summary>
public sealed partial class ReadmeSnippetTests
{
    private const string Marker = "// snippet: ";

    public static TheoryData<string> Readmes =>
    [
        "README.md",
        "README.zh-CN.md",
        .. Packages.Names.Select(static name => $"src/{name}/README.md"),
        .. Directory.GetFiles(Path.Combine(Packages.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Packages.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Snippet_InReadme_IsTheCompiledOne(string readme)
    {
        foreach (var block in Blocks(readme).Where(static block => block.StartsWith(Marker, StringComparison.Ordinal)))
        {
            var (head, code) = (block[..block.IndexOf('\n')], block[(block.IndexOf('\n') + 1)..]);

            Assert.Equal(Region(head[Marker.Length..].Trim()), code.TrimEnd('\n'));
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/guides/test-with-virtual-time.md")]
    public void Code_WhereReadersCopyIt_IsAllCompiled(string readme) =>
        Assert.All(Blocks(readme), static block => Assert.StartsWith(Marker, block, StringComparison.Ordinal));

    private static IEnumerable<string> Blocks(string readme) =>
        CodeBlock().Matches(File.ReadAllText(Path.Combine(Packages.Root, readme)).ReplaceLineEndings("\n")).Select(static match => match.Groups["code"].Value);

    private static string Region(string name)
    {
        var files = Directory.GetFiles(Path.Combine(Packages.Root, "tests", "TenantKit.PublicApi.Tests", "Snippets"), "*.cs");
        foreach (var file in files)
        {
            var lines = File.ReadAllLines(file);
            var start = Array.FindIndex(lines, line => line.Trim() == "#region " + name);
            if (start >= 0)
            {
                var region = lines[(start + 1)..Array.FindIndex(lines, start, static line => line.Trim() == "#endregion")];
                var indent = region.Where(static line => line.Trim().Length > 0).Min(static line => line.Length - line.TrimStart().Length);
                return string.Join('\n', region.Select(line => line.Length < indent ? "" : line[indent..])).Trim('\n');
            }
        }

        throw new InvalidOperationException($"No file below Snippets/ has '#region {name}'. Add it, so that the code is compiled.");
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
