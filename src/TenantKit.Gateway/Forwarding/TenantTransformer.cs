using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TenantKit.Control;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.Fairness;
using TenantKit.Gateway.Health;
using Yarp.ReverseProxy.Forwarder;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Makes the request that an app gets, and the answer that a client gets.</summary>
/// <remarks>
/// The app gets what was authorised, byte for byte, and never a credential of the gateway: it is not trusted with them. What the gateway says
/// of the caller is set last, after the client's headers were copied, so that no header of the client can name or remove it.
/// </remarks>
internal sealed class TenantTransformer : HttpTransformer, IDisposable
{
    private readonly OutlierDetector health;
    private readonly RetryRules retries;
    private readonly TimeProvider time;
    private readonly bool fair;
    private Exchange exchange = null!;
    private InstanceSlot slot = null!;
    private readonly AppRequestHeaders headers = new();
    private string? identity;

    /// <param name="health">Learns from the answers.</param>
    /// <param name="retries">Says what may be sent again.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fair">True where bodies are copied on the threads that wait for sockets: they give way to others then.</param>
    public TenantTransformer(OutlierDetector health, RetryRules retries, TimeProvider time, bool fair)
    {
        (this.health, this.retries, this.time, this.fair) = (health, retries, time, fair);
        Deadline = new ResponseDeadline(time, IsHopeless);
    }

    /// <summary>The time for this try.</summary>
    public ResponseDeadline Deadline { get; }

    /// <summary>Takes a try on. One at a time: it is used again for others.</summary>
    public void Begin(Exchange of, InstanceSlot to, string? signed) => (exchange, slot, identity) = (of, to, signed);

    /// <summary>Forgets it.</summary>
    public void End()
    {
        Deadline.Stop();
        (exchange, slot, identity) = (null!, null!, null);
    }

    public void Dispose() => Deadline.Dispose();

    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var request = httpContext.Request;
        var feature = httpContext.Features.GetRequiredFeature<IHttpRequestFeature>();
        var sent = feature.Headers;
        headers.Begin(sent);
        try
        {
            feature.Headers = headers;
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        }
        finally
        {
            feature.Headers = sent;
            headers.End();
        }

        proxyRequest.RequestUri = slot.Targets.Get(exchange.Target.Path, exchange.Target.Query);

        SetHost(proxyRequest, request.Host.Value);

        // The edge has removed what a client sent under these names; of the last two it was made sure once more just now.
        Add(proxyRequest, "X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        Add(proxyRequest, "X-Forwarded-Proto", request.Scheme);
        Add(proxyRequest, "X-Forwarded-Host", request.Host.Value);
        Add(proxyRequest, "X-Forwarded-Prefix", exchange.Prefix.Length == 0 ? null : exchange.Prefix);
        Add(proxyRequest, RequestTrace.RequestIdHeader, RequestTrace.RequestId(httpContext));
        Add(proxyRequest, "traceparent", RequestTrace.TraceParent(httpContext));
        Add(proxyRequest, WireProtocol.IdentityHeader, identity);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        Deadline.Stop();
        if (proxyResponse is not null)
        {
            health.Answered(slot, (int)proxyResponse.StatusCode);
        }

        if (exchange.Crowd is { } lane)
        {
            await lane.Turn();
        }

        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is not null)
        {
            var answer = httpContext.Response.Headers;
            AppResponse.Clean(proxyResponse, answer, slot.InstanceId);
            answer[RequestTrace.RequestIdHeader] = RequestTrace.RequestId(httpContext);
            if (exchange.NewAffinity is { } cookie)
            {
                answer.Append("Set-Cookie", cookie);
            }

            if (fair && FairContent.IsWorthIt(proxyResponse.Content))
            {
                proxyResponse.Content = new FairContent(proxyResponse.Content);
            }
        }

        return copyBody;
    }

    // An answer of HTTP/1.1 whose length was told has none (RFC 9112, 7.1.2), and asking for the place where they would go is not free.
    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        proxyResponse.Version.Major == 1 && proxyResponse.Content.Headers.ContentLength is not null ? default : CopyTrailersAsync(httpContext, proxyResponse, cancellationToken);

    private async ValueTask CopyTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
        if (httpContext.Features.Get<IHttpResponseTrailersFeature>() is { Trailers.Count: > 0 } feature)
        {
            AppResponse.CleanTrailers(feature.Trailers);
        }
    }

    // While the deadline runs, so between Begin and End. The first look asks for a probe; a later one finds what came of it.
    private bool IsHopeless()
    {
        if (!slot.Unanswered && !slot.Life.IsCancellationRequested)
        {
            slot.Suspect(time);
            return false;
        }

        return retries.MayGiveUp(exchange, slot);
    }

    // Set as what it is: one among the other headers would be read once more when it is sent, to see whether it is one.
    private static void SetHost(HttpRequestMessage request, string? host)
    {
        try
        {
            request.Headers.Host = host;
        }
        catch (FormatException)
        {
            Add(request, "Host", host); // the client below names the instance instead
        }
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
