
namespace TenantKit.Gateway.Pages;

/// <summary>What attributes cannot say about <see cref="GatewayPagesOptions"/>.</summary>
internal static class PageRules
{
    private const string Section = TenantGatewayOptions.SectionName + ":" + nameof(TenantGatewayOptions.Pages) + ":";

    public static void Check(GatewayPagesOptions pages, List<string> errors)
    {
        CheckFile(errors, nameof(pages.StyleFile), pages.StyleFile);
        CheckFile(errors, nameof(pages.LogoFile), pages.LogoFile);
        if (pages.LogoFile is { } logo && PageFiles.MediaTypeOf(logo) is null)
        {
            errors.Add($"{Section}{nameof(pages.LogoFile)} '{logo}' is no picture that every browser shows. Use an .svg, .png, .jpg or .webp file.");
        }

        foreach (var name in pages.Texts.Keys.Where(static name => !PageTexts.BuiltIn.ContainsKey(name)))
        {
            errors.Add($"{Section}{nameof(pages.Texts)}:{name} is no text of a page. Known are: {string.Join(", ", PageTexts.BuiltIn.Keys.Order(StringComparer.Ordinal))}.");
        }
    }

    private static void CheckFile(List<string> errors, string setting, string? path)
    {
        if (path is not null && PageFiles.Problem(path) is { } problem)
        {
            errors.Add($"{Section}{setting} '{path}' {problem}. Set it to a file that this host can read, or leave it out.");
        }
    }
}
