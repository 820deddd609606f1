using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TenantKit.Storage;

namespace TenantKit.Admin.Http;

/// <summary><c>/healthz</c>: alive, and ready when the store answers.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/healthz").AllowAnonymous().ExcludeFromDescription();
        group.MapGet("/live", static () => (IResult)ApiAnswer.Ok(new { status = "live" }));
        group.MapGet("/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(HttpContext context, IChangeLog store, TimeProvider time)
    {
        try
        {
            await store.GetRevisionAsync(context.RequestAborted).AsTask().WaitAsync(Patience, time, context.RequestAborted).ConfigureAwait(false);
            return ApiAnswer.Ok(new { status = "ready" });
        }
        catch (TimeoutException exception)
        {
            throw new StoreUnavailableException("The store does not answer.", exception);
        }
    }
}
