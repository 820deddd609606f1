using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TenantKit.Admin.Http;

/// <summary><c>Prefer: wait=N</c> of RFC 7240. What is not understood is ignored, as the RFC asks.</summary>
internal static class PreferHeader
{
    /// <summary>The longest wait that is granted, in seconds.</summary>
    public const int MaxWaitSeconds = 300;

    /// <summary>Reads the preference and tells the client that it is honoured.</summary>
    /// <returns>How long to wait; null when no wait was asked for.</returns>
    public static TimeSpan? Wait(HttpContext context)
    {
        foreach (var part in context.Request.Headers["Prefer"].SelectMany(static value => (value ?? "").Split(',', ';')))
        {
            var pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair.Length == 2
                && pair[0].Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(pair[1].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                var granted = Math.Min(seconds, MaxWaitSeconds);
                context.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={granted}");
                return TimeSpan.FromSeconds(granted);
            }
        }

        return null;
    }
}
