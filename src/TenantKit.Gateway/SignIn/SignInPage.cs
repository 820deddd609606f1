using System.Globalization;
using Microsoft.AspNetCore.Http;
using TenantKit.Control;
using TenantKit.Gateway.Pages;

namespace TenantKit.Gateway.SignIn;

/// <summary>The form a person signs in with. Works without scripts and with a keyboard alone.</summary>
internal sealed class SignInPage(Page page, PageTexts texts)
{
    public Task WriteAsync(HttpContext http, int status, string next, string? userName, string? error)
    {
        http.Response.StatusCode = status;
        var message = error is null ? string.Empty : $"<p role=\"alert\" id=\"error\">{Page.Encode(error)}</p>";
        var described = error is null ? string.Empty : " aria-describedby=\"error\" aria-invalid=\"true\"";
        return page.WriteAsync(http, texts[PageTexts.SignInTitle], $"""
            {message}
            <form method="post" action="{SignInEndpoints.Root}/sign-in">
            <input type="hidden" name="next" value="{Page.Encode(next)}">
            <label for="userName">{Page.Encode(texts[PageTexts.UserName])}</label>
            <input id="userName" name="userName" value="{Page.Encode(userName ?? string.Empty)}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="256"{described}>
            <label for="password">{Page.Encode(texts[PageTexts.Password])}</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="1024"{described}>
            <button type="submit">{Page.Encode(texts[PageTexts.SignInButton])}</button>
            </form>
            """);
    }

    public Task WriteUnavailableAsync(HttpContext http, string next, string userName)
    {
        http.Response.Headers.RetryAfter = "5";
        return WriteAsync(http, StatusCodes.Status503ServiceUnavailable, next, userName, texts[PageTexts.SignInUnavailable]);
    }

    public Task WriteRefusalAsync(HttpContext http, string next, string userName, SignInAnswer answer)
    {
        if (answer.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return WriteAsync(http, StatusCodes.Status429TooManyRequests, next, userName, texts[PageTexts.TooManyAttempts]);
        }

        return WriteAsync(http, StatusCodes.Status401Unauthorized, next, userName, answer.ErrorCode == "totp_required"
            ? texts[PageTexts.SecondFactorNeeded]
            : texts[PageTexts.WrongPassword]);
    }
}
