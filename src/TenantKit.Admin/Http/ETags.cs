using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TenantKit.Admin.Http;

/// <summary>ETags are revisions.</summary>
internal static class ETags
{
    public static void Set(HttpContext context, long revision) => context.Response.Headers.ETag = Text(revision);

    /// <summary>Refuses with 412 when <c>If-Match</c> names other revisions only.</summary>
    /// <returns>The revision to insist on; null when any will do.</returns>
    public static long? Check(HttpContext context, long revision)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return null;
        }

        if (!EntityTagHeaderValue.TryParseList(header, out var tags))
        {
            throw ApiException.Stale();
        }

        if (tags.Any(static tag => tag.Tag == "*"))
        {
            return null;
        }

        var text = Text(revision);
        return tags.Any(tag => !tag.IsWeak && tag.Tag == text) ? revision : throw ApiException.Stale();
    }

    private static string Text(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");
}
