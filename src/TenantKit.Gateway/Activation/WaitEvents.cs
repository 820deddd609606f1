using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TenantKit.Gateway.SignIn;
using TenantKit.Routing;

namespace TenantKit.Gateway.Activation;

/// <summary>Server-sent events for the waiting page: <c>progress</c> while the tenant starts, then <c>ready</c> or <c>end</c>.</summary>
internal sealed class WaitEvents(IRouteRegistry registry, TenantActivator activator, StartProgress progress, TimeProvider time)
{
    /// <summary>Below the tenant's address.</summary>
    public const string Path = SignInEndpoints.Root + "/wait-events";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    public async Task ServeAsync(HttpContext http, string tenantId, string principalId)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var ready = activator.WaitAsync(tenantId, principalId, Longest, http.RequestAborted);
        string? told = null;
        while (!ready.IsCompleted)
        {
            var text = registry.TryGetById(tenantId, out var route) ? progress.Describe(route, activator.GetOutlook(tenantId)) : string.Empty;
            if (text != told)
            {
                told = text;
                await http.Response.WriteAsync($"event: progress\ndata: {{\"text\":\"{JsonEncodedText.Encode(text)}\"}}\n\n", http.RequestAborted);
            }

            using var done = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
            await Task.WhenAny(ready, Task.Delay(Step, time, done.Token));
            await done.CancelAsync();
        }

        var name = await ready == ActivationOutcome.Ready ? "ready" : "end";
        await http.Response.WriteAsync($"event: {name}\ndata: {{}}\n\n", http.RequestAborted);
    }
}
