using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.SignIn;
using TenantKit.Routing;

namespace TenantKit.Gateway.Activation;

/// <summary>What a person sees while a tenant starts: it tells how far that is, and goes on by itself. Without scripts it reloads every few seconds.</summary>
internal static class WaitingPage
{
    private const string Reload = "<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>";

    public static Task WriteAsync(HttpContext http, Route route, string prefix, int retryAfterSeconds)
    {
        ProblemWriter.Prepare(http.Response, new GatewayProblem(503, string.Empty, string.Empty) { RetryAfterSeconds = retryAfterSeconds });
        var failed = route.State == RouteState.Failed;
        var script = $$"""
            (function(){
            var text=document.getElementById('status'),failed={{(failed ? "true" : "false")}};
            function later(ms){setTimeout(function(){location.reload()},ms)}
            if(failed||!window.EventSource){later(failed?15000:3000);return}
            var events=new EventSource('{{prefix}}{{WaitEvents.Path}}');
            events.addEventListener('progress',function(e){text.textContent=JSON.parse(e.data).text});
            events.addEventListener('ready',function(){events.close();location.reload()});
            events.addEventListener('end',function(){events.close();location.reload()});
            events.onerror=function(){events.close();later(3000)};
            })();
            """;
        var body = failed
            ? $"<p role=\"alert\">{Page.Encode(Progress(route))}</p><p>Another try was asked for. This page looks again by itself.</p>"
            : $"""
              <p id="status" role="status" aria-live="polite">{Page.Encode(Progress(route))}</p>
              <progress aria-label="Starting"></progress>
              <p>This page goes on by itself as soon as it is ready.</p>
              """;
        return Page.WriteAsync(http, failed ? $"{route.TenantName} cannot start" : $"{route.TenantName} is starting", body, script, Reload);
    }

    /// <summary>Where the tenant is on its way, for people.</summary>
    public static string Progress(Route route) => (route.State, route.Reason, route.Message) switch
    {
        (_, _, { } message) => message,
        (RouteState.Failed, var reason, _) => $"It could not be started ({reason}).",
        (_, Tenants.StatusReasons.WaitingForStartSlot, _) => "Step 1 of 3: waiting for a place among those that start.",
        (_, Tenants.StatusReasons.WaitingForReady, _) => "Step 3 of 3: started, waiting for it to be ready.",
        (RouteState.Asleep, _, _) => "Step 1 of 3: waking it up.",
        _ when route.Instances.Count > 0 => "Step 3 of 3: started, waiting for it to be ready.",
        _ => "Step 2 of 3: starting its container.",
    };
}
