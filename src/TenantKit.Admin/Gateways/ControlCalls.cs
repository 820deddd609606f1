using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TenantKit.Admin.Http;
using TenantKit.Control;
using TenantKit.Control.Remote;

namespace TenantKit.Admin.Gateways;

/// <summary>The calls of the control client over HTTP: one JSON body in, one out.</summary>
internal sealed class ControlCalls(IControlClient control)
{
    private const long MaxBody = 64 << 10;
    private const long MaxReport = 64L << 20; // one line for each busy tenant

    public Task WakeAsync(HttpContext http) => AnswerAsync<WakeRequest, WakeAnswer>(http, control.WakeAsync);

    public Task RegisterAsync(HttpContext http) => AnswerAsync<InstanceRegistration, RegistrationAnswer>(http, control.RegisterInstanceAsync);

    public Task SignInAsync(HttpContext http) => AnswerAsync<SignInRequest, SignInAnswer>(http, control.SignInAsync);

    public async Task ReportActivityAsync(HttpContext http)
    {
        await control.ReportActivityAsync(await ReadAsync<ActivityReport>(http, MaxReport).ConfigureAwait(false), http.RequestAborted).ConfigureAwait(false);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task AccessTokenKeysAsync(HttpContext http) =>
        await WriteAsync(http, await control.GetAccessTokenKeysAsync(http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private static async Task AnswerAsync<TIn, TOut>(HttpContext http, Func<TIn, CancellationToken, Task<TOut>> call)
        where TIn : class =>
        await WriteAsync(http, await call(await ReadAsync<TIn>(http, MaxBody).ConfigureAwait(false), http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private static async Task<T> ReadAsync<T>(HttpContext http, long most)
        where T : class
    {
        if (!http.Request.HasJsonContentType())
        {
            throw new ApiException(415, "unsupported_media_type", "Send the body as application/json.");
        }

        if (http.Request.ContentLength > most)
        {
            throw new ApiException(413, "body_too_large", $"The body is larger than {most} bytes.");
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }

        return await GatewayJson.ReadAsync<T>(http.Request.Body, http.RequestAborted).ConfigureAwait(false);
    }

    private static Task WriteAsync<T>(HttpContext http, T answer)
    {
        http.Response.ContentType = "application/json";
        return http.Response.Body.WriteAsync(GatewayJson.Write(answer), http.RequestAborted).AsTask();
    }
}
