using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using TenantKit.Control;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Edge;

namespace TenantKit.Gateway.SignIn;

/// <summary>Sign-in and sign-out for people with a browser, at every host of the gateway.</summary>
internal sealed class SignInEndpoints(IControlClient control, SignInPage page)
{
    /// <summary>Everything below this path is the gateway's own and never reaches an app.</summary>
    public const string Root = "/.tenantkit";

    private const string SignInPath = Root + "/sign-in";
    private const string SignOutPath = Root + "/sign-out";
    private const int MaxForm = 8 * 1024;

    private static readonly GatewayProblem NotAForm = new(415, "unsupported_media_type", "The sign-in must be sent as a form.");
    private static readonly GatewayProblem WrongMethod = new(405, "method_not_allowed", "The method is not allowed.") { Header = new("Allow", "POST") };

    /// <summary>True for a path of the gateway's own.</summary>
    public static bool Owns(string path) =>
        path.StartsWith(Root, StringComparison.Ordinal) && (path.Length == Root.Length || path[Root.Length] == '/');

    /// <summary>Sends a browser to the sign-in page, and back here afterwards.</summary>
    public static void Redirect(HttpContext http, string pathAndQuery, bool clearSession)
    {
        ProblemWriter.Prepare(http.Response, new GatewayProblem(302, string.Empty, string.Empty));
        http.Response.Headers.Location = $"{SignInPath}?next={Uri.EscapeDataString(pathAndQuery)}";
        if (clearSession)
        {
            http.Response.Headers.SetCookie = SessionCookie.Clear(http.Request);
        }
    }

    /// <summary>Serves one of the paths; false when the path is none of them.</summary>
    public async Task<bool> TryServeAsync(HttpContext http, string path)
    {
        switch (path)
        {
            case SignInPath when HttpMethods.IsPost(http.Request.Method):
                await SignInAsync(http);
                return true;
            case SignInPath:
                await page.WriteAsync(http, 200, LocalUrl.OrRoot(http.Request.Query["next"]), null, null);
                return true;
            case SignOutPath when HttpMethods.IsPost(http.Request.Method):
                await SignOutAsync(http);
                return true;
            case SignOutPath:
                await ProblemWriter.WriteAsync(http, WrongMethod);
                return true;
            default:
                return false;
        }
    }

    private async Task SignInAsync(HttpContext http)
    {
        if (!SameOrigin.IsProven(http.Request))
        {
            await ProblemWriter.WriteAsync(http, GatewayProblems.CrossSite);
            return;
        }

        if (!http.Request.HasFormContentType || http.Request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            await ProblemWriter.WriteAsync(http, NotAForm);
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxForm;
        }

        var reader = new FormPipeReader(http.Request.BodyReader) { KeyLengthLimit = 64, ValueLengthLimit = MaxForm, ValueCountLimit = 8 };
        FormCollection form;
        try
        {
            form = new FormCollection(await reader.ReadFormAsync(http.RequestAborted));
        }
        catch (InvalidDataException)
        {
            await ProblemWriter.WriteAsync(http, GatewayProblems.BodyTooLarge);
            return;
        }

        await AnswerAsync(http, form["userName"].ToString(), form["password"].ToString(), LocalUrl.OrRoot(form["next"]));
    }

    private async Task AnswerAsync(HttpContext http, string userName, string password, string next)
    {
        SignInAnswer answer;
        try
        {
            answer = await control.SignInAsync(new SignInRequest(userName, password, http.Connection.RemoteIpAddress?.ToString()), http.RequestAborted);
        }
        catch (ControlPlaneUnavailableException)
        {
            await page.WriteUnavailableAsync(http, next, userName);
            return;
        }

        if (answer.AccessToken is null)
        {
            await page.WriteRefusalAsync(http, next, userName, answer);
            return;
        }

        Leave(http, next, SessionCookie.Create(http.Request, answer.AccessToken, answer.ExpiresIn));
    }

    private static async Task SignOutAsync(HttpContext http)
    {
        if (!SameOrigin.IsProven(http.Request))
        {
            await ProblemWriter.WriteAsync(http, GatewayProblems.CrossSite);
            return;
        }

        Leave(http, SignInPath, SessionCookie.Clear(http.Request));
    }

    private static void Leave(HttpContext http, string to, string cookie)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.SetCookie = cookie;
        http.Response.Headers.Location = to;
    }
}
