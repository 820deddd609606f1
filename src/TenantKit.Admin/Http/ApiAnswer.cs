using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TenantKit.Admin.Http;

/// <summary>An answer that can be remembered and given again.</summary>
internal sealed record ApiAnswer(int StatusCode, object? Body, string? Location = null) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCode;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (Body is not null)
        {
            response.ContentType = "application/json; charset=utf-8";
            await JsonSerializer.SerializeAsync(response.Body, Body, Body.GetType(), AdminJson.Options, httpContext.RequestAborted).ConfigureAwait(false);
        }
    }

    public static ApiAnswer Ok(object body) => new(200, body);
}
