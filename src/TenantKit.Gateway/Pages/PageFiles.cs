using System.Text;

namespace TenantKit.Gateway.Pages;

/// <summary>Reads the files that become part of the gateway's pages.</summary>
internal static class PageFiles
{
    public const int MostBytes = 64 << 10;

    /// <summary>The media type of a logo, by the end of its name; null when it is none that browsers show.</summary>
    public static string? MediaTypeOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SVG" => "image/svg+xml",
        ".PNG" => "image/png",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".WEBP" => "image/webp",
        _ => null,
    };

    /// <summary>Why a file cannot be used; null when it can.</summary>
    public static string? Problem(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? "is not there" : file.Length > MostBytes ? $"has {file.Length} bytes; {MostBytes} is the most" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"cannot be read: {exception.Message}";
        }
    }

    /// <summary>A style sheet as it can stand in a page: nothing in it ends the element that it is in.</summary>
    public static string ReadStyle(string path) => File.ReadAllText(path, Encoding.UTF8).ReplaceLineEndings("\n").Replace("</", "<\\/", StringComparison.Ordinal);

    /// <summary>A picture as an address that holds it.</summary>
    public static string ReadPicture(string path) => $"data:{MediaTypeOf(path)};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}";
}
