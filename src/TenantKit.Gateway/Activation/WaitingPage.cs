using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.Pages;

namespace TenantKit.Gateway.Activation;

/// <summary>The built-in page: it tells how far the start is, and goes on by itself. Without scripts it reloads every few seconds.</summary>
internal sealed class WaitingPage(Page page, PageTexts texts) : IWaitingPage
{
    public Task WriteAsync(HttpContext http, WaitingPageContext context)
    {
        var failed = context.Failed;
        var script = $$"""
            (function(){
            var text=document.getElementById('status'),failed={{(failed ? "true" : "false")}};
            function later(ms){setTimeout(function(){location.reload()},ms)}
            if(failed||!window.EventSource){later({{context.RetryAfterSeconds * 1000}});return}
            var events=new EventSource('{{context.EventsPath}}');
            events.addEventListener('progress',function(e){text.textContent=JSON.parse(e.data).text});
            events.addEventListener('ready',function(){events.close();location.reload()});
            events.addEventListener('end',function(){events.close();location.reload()});
            events.onerror=function(){events.close();later(3000)};
            })();
            """;
        var body = failed
            ? $"<p role=\"alert\">{Page.Encode(context.Progress)}</p><p>{Page.Encode(texts[PageTexts.FailedHint])}</p>"
            : $"""
              <p id="status" role="status" aria-live="polite">{Page.Encode(context.Progress)}</p>
              <progress aria-label="{Page.Encode(texts[PageTexts.StartingLabel])}"></progress>
              <p>{Page.Encode(texts[PageTexts.StartingHint])}</p>
              """;
        var reload = $"<noscript><meta http-equiv=\"refresh\" content=\"{context.RetryAfterSeconds}\"></noscript>";
        return page.WriteAsync(http, texts.Fill(failed ? PageTexts.FailedTitle : PageTexts.StartingTitle, "tenant", context.TenantName), body, script, reload);
    }
}
