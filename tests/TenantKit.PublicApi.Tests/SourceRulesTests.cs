using System.Text.RegularExpressions;

namespace TenantKit.PublicApi.Tests;

/// <summary>The shape of the source tree: small files, one public type each, namespaces that follow the folders.</summary>
public sealed partial class SourceRulesTests
{
    private const int MostLines = 400;

    private static readonly string[] ExtensionNamespaces = ["Microsoft.Extensions.DependencyInjection", "Microsoft.AspNetCore.Builder"];

    [Fact]
    public void Files_InSource_HaveAtMost400Lines()
    {
        var tooLong = SourceFiles().Where(file => File.ReadLines(file).Count() > MostLines);

        Assert.Empty(tooLong.Select(Relative));
    }

    [Fact]
    public void Files_InSource_HoldOnePublicTypeNamedLikeTheFile()
    {
        var wrong = SourceFiles().Select(file => (File: file, Types: PublicType().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value).ToList()))
            .Where(entry => entry.Types.Count > 1 || (entry.Types.Count == 1 && entry.Types[0] != Path.GetFileName(entry.File).Split('.')[0]))
            .Select(entry => $"{Relative(entry.File)}: {string.Join(", ", entry.Types)}");

        Assert.Empty(wrong);
    }

    [Fact]
    public void Namespaces_InSource_AreThoseOfTheirFolders()
    {
        var wrong = SourceFiles().Select(file => (File: file, Namespace: NamespaceOf(file)))
            .Where(entry => entry.Namespace != Expected(entry.File) && !ExtensionNamespaces.Contains(entry.Namespace))
            .Select(entry => $"{Relative(entry.File)}: {entry.Namespace}, not {Expected(entry.File)}");

        Assert.Empty(wrong);
    }

    private static IEnumerable<string> SourceFiles() =>
        Directory.GetFiles(Path.Combine(Packages.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj" or "Migrations"))
            .Order(StringComparer.Ordinal);

    private static string Expected(string file)
    {
        var parts = Relative(file).Split('/')[1..^1];
        return string.Join('.', parts[0] == "TenantKit.Core" ? parts[1..].Prepend("TenantKit") : parts);
    }

    private static string NamespaceOf(string file) => FileNamespace().Match(File.ReadAllText(file)).Groups["name"].Value is { Length: > 0 } name ? name : Expected(file);

    private static string Relative(string file) => Path.GetRelativePath(Packages.Root, file).Replace('\\', '/');

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex FileNamespace();

    [GeneratedRegex(@"^public (?:(?:static|sealed|abstract|partial|readonly) )*(?:class|record struct|record class|record|struct|interface|enum|delegate [\w<>?]+) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
