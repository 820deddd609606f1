using Microsoft.AspNetCore.Http;
using TenantKit.Storage;

namespace TenantKit.Admin.Http;

/// <summary>Gives a stored answer again.</summary>
internal sealed class RememberedAnswer(IdempotencyRecord record) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = record.StatusCode;
        if (record.Location is not null)
        {
            response.Headers.Location = record.Location;
        }

        if (record.Body.Length > 0)
        {
            response.ContentType = "application/json; charset=utf-8";
            await response.WriteAsync(record.Body, httpContext.RequestAborted).ConfigureAwait(false);
        }
    }
}
