using System.Globalization;
using Microsoft.AspNetCore.Http;
using TenantKit.Control;

namespace TenantKit.Gateway.SignIn;

/// <summary>The form a person signs in with. Works without scripts and with a keyboard alone.</summary>
internal static class SignInPage
{
    public static Task WriteAsync(HttpContext http, int status, string next, string? userName, string? error)
    {
        http.Response.StatusCode = status;
        var message = error is null ? string.Empty : $"<p role=\"alert\" id=\"error\">{Page.Encode(error)}</p>";
        var described = error is null ? string.Empty : " aria-describedby=\"error\" aria-invalid=\"true\"";
        return Page.WriteAsync(http, "Sign in", $"""
            {message}
            <form method="post" action="{SignInEndpoints.Root}/sign-in">
            <input type="hidden" name="next" value="{Page.Encode(next)}">
            <label for="userName">User name</label>
            <input id="userName" name="userName" value="{Page.Encode(userName ?? string.Empty)}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="256"{described}>
            <label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024"{described}>
            <button type="submit">Sign in</button>
            </form>
            """);
    }

    public static Task WriteRefusalAsync(HttpContext http, string next, string userName, SignInAnswer answer)
    {
        if (answer.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return WriteAsync(http, StatusCodes.Status429TooManyRequests, next, userName, "Too many attempts. Please wait a little before you try again.");
        }

        return WriteAsync(http, StatusCodes.Status401Unauthorized, next, userName, answer.ErrorCode == "totp_required"
            ? "This account needs a second factor, which this page cannot take. Sign in through the admin API."
            : "The user name or the password is wrong.");
    }
}
