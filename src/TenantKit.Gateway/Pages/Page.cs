using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Pages;

/// <summary>The frame of the gateway's own pages: no asset from elsewhere, a policy that allows exactly the style, logo and script that are in it.</summary>
internal sealed class Page
{
    private const string Style = """
        :root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
        body{margin:0;min-height:100vh;display:grid;place-items:center}
        main{width:min(26rem,calc(100vw - 3rem))}
        h1{font-size:1.4rem;margin:0 0 1rem}
        label{display:block;margin-top:1rem}
        input{box-sizing:border-box;width:100%;padding:.6rem;font:inherit;border:1px solid #767676;border-radius:.4rem}
        button{margin-top:1.5rem;padding:.6rem 1.2rem;font:inherit;border:0;border-radius:.4rem;background:var(--accent);color:#fff;cursor:pointer}
        :focus-visible{outline:3px solid #f59e0b;outline-offset:2px}
        [role=alert]{padding:.6rem .8rem;border:1px solid #b3261e;border-left-width:.4rem;border-radius:.4rem}
        progress{width:100%;accent-color:var(--accent)}
        .logo{display:block;max-width:100%;max-height:4rem;margin-bottom:1.5rem}
        """;

    private readonly string language;
    private readonly string style;
    private readonly string styleHash;
    private readonly string logo;
    private readonly string pictureRule;

    public Page(IOptions<TenantGatewayOptions> options)
    {
        var pages = options.Value.Pages;
        language = pages.Language;
        style = $":root{{--accent:{pages.AccentColor}}}\n{Style}{(pages.StyleFile is { } file ? "\n" + PageFiles.ReadStyle(file) : string.Empty)}";
        styleHash = Hash(style);
        (logo, pictureRule) = pages.LogoFile is { } picture ? ($"<img class=\"logo\" alt=\"\" src=\"{PageFiles.ReadPicture(picture)}\">", " img-src data:;") : (string.Empty, string.Empty);
    }

    /// <summary>Writes a page.</summary>
    /// <param name="http">The request.</param>
    /// <param name="title">The title, encoded here.</param>
    /// <param name="body">The inside of <c>main</c>, already encoded.</param>
    /// <param name="script">A script to run; null for none.</param>
    /// <param name="head">More of the head; empty for nothing.</param>
    public async Task WriteAsync(HttpContext http, string title, string body, string? script = null, string head = "")
    {
        var scriptRule = script is null ? string.Empty : $" script-src '{Hash(script)}'; connect-src 'self';";
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src '{styleHash}';{pictureRule}{scriptRule} form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        http.Response.ContentType = "text/html; charset=utf-8";
        var text = $"""
            <!doctype html>
            <html lang="{language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(title)}</title>
            <style>{style}</style>
            {head}
            </head>
            <body>
            <main>
            {logo}
            <h1>{Encode(title)}</h1>
            {body}
            </main>
            {(script is null ? string.Empty : $"<script>{script}</script>")}
            </body>
            </html>
            """;
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Encodes text for HTML, attribute values in double quotes included.</summary>
    public static string Encode(string text) => System.Text.Encodings.Web.HtmlEncoder.Default.Encode(text);

    private static string Hash(string content) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
