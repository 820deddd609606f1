using System.ComponentModel.DataAnnotations;

namespace TenantKit.Gateway.Pages;

/// <summary>How the gateway's own pages look: sign-in and waiting. Configuration section <c>TenantKit:Gateway:Pages</c>.</summary>
/// <remarks>Files are read once, at the start. What is in them becomes part of the pages: these load nothing from anywhere.</remarks>
public sealed class GatewayPagesOptions
{
    /// <summary>Language of <see cref="Texts"/>, as BCP 47 names it, such as <c>de</c> or <c>zh-CN</c>.</summary>
    /// <value>The default is <c>en</c>, the language of the built-in texts.</value>
    [Required]
    [RegularExpression("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
    public string Language { get; set; } = "en";

    /// <summary>Colour of buttons and of the progress bar, <c>#rrggbb</c>.</summary>
    /// <value>The default is <c>#0b57d0</c>.</value>
    [Required]
    [RegularExpression("^#[0-9A-Fa-f]{6}$")]
    public string AccentColor { get; set; } = "#0b57d0";

    /// <summary>File of a logo that is shown above the title: <c>.svg</c>, <c>.png</c>, <c>.jpg</c> or <c>.webp</c>, at most 64 KiB.</summary>
    /// <value>The default is null: no logo.</value>
    public string? LogoFile { get; set; }

    /// <summary>File of a style sheet that comes after the built-in one, at most 64 KiB. It can load nothing: the pages' policy forbids it.</summary>
    /// <value>The default is null: the built-in style.</value>
    public string? StyleFile { get; set; }

    /// <summary>Texts in place of the built-in ones, by name; the guide has the list. <c>{tenant}</c> and other names in braces are filled in.</summary>
    /// <value>The default is empty.</value>
    public IDictionary<string, string> Texts { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
