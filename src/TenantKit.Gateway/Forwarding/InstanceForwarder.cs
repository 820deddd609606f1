using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Health;
using Yarp.ReverseProxy.Forwarder;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Forwards a request to one instance, once.</summary>
internal sealed class InstanceForwarder(
    IHttpForwarder forwarder, InstanceClient client, ICallerIdentity identity, OutlierDetector health, IOptions<TenantGatewayOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    // Streams have no idle time-out here: the deadline covers the time to the head of the answer, keep-alive covers a dead peer.
    private static readonly ForwarderRequestConfig Request = new()
    {
        ActivityTimeout = Timeout.InfiniteTimeSpan,
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async Task<ForwardResult> SendAsync(Exchange exchange, InstanceSlot slot, TimeSpan left)
    {
        var http = exchange.Http;
        var body = http.Request.Body;
        using var deadline = new ResponseDeadline(TryTime(exchange, left), time);
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            http.Request.Body = new WatchedBody(exchange.Body?.Open() ?? body, deadline);
        }

        slot.Enter();
        try
        {
            var signed = exchange.Caller is null ? null : identity.Sign(exchange.Caller, exchange.Route);
            var error = await forwarder.SendAsync(
                http, slot.DestinationPrefix, client.Invoker, Request, new TenantTransformer(exchange, signed, deadline, health, slot), deadline.Token);
            return Learn(slot, error, Classify(http, error, deadline));
        }
        finally
        {
            slot.Leave();
            http.Request.Body = body;
        }
    }

    // The first try has its whole time: what the client's own sending takes is not counted.
    private TimeSpan TryTime(Exchange exchange, TimeSpan left)
    {
        var longest = options.Value.ResponseHeadersTimeout;
        return exchange.Failed is null || left > longest ? longest : left < Shortest ? Shortest : left;
    }

    private static ForwardResult Classify(HttpContext http, ForwarderError error, ResponseDeadline deadline)
    {
        if (error == ForwarderError.None || http.Response.HasStarted || http.RequestAborted.IsCancellationRequested)
        {
            return ForwardResult.Done;
        }

        if (deadline.Expired)
        {
            return ForwardResult.TimedOut;
        }

        var cause = http.Features.Get<IForwarderErrorFeature>()?.Exception;
        return error switch
        {
            ForwarderError.RequestBodyClient => ForwardResult.ClientFault,
            ForwarderError.Request when cause is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => ForwardResult.NotConnected,
            ForwarderError.Request when IsRefused(cause) => ForwardResult.NotConnected,
            _ when HasClientFault(cause) => ForwardResult.ClientFault,
            _ => ForwardResult.Broken,
        };
    }

    // An answer was counted when its head came.
    private ForwardResult Learn(InstanceSlot slot, ForwarderError error, ForwardResult result)
    {
        switch (result)
        {
            case ForwardResult.Done when error == ForwarderError.ResponseBodyDestination:
                health.RequestFailed(slot);
                break;
            case ForwardResult.NotConnected:
                health.ConnectFailed(slot);
                break;
            case ForwardResult.Broken or ForwardResult.TimedOut:
                health.RequestFailed(slot);
                break;
        }

        return result;
    }

    // REFUSED_STREAM (RFC 9113, 8.7): the request was not processed at all.
    private static bool IsRefused(Exception? exception) => exception switch
    {
        null => false,
        HttpProtocolException { ErrorCode: 7 } => true,
        _ => IsRefused(exception.InnerException),
    };

    private static bool HasClientFault(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is BadHttpRequestException)
            {
                return true;
            }

            if (exception is AggregateException many && many.InnerExceptions.Any(HasClientFault))
            {
                return true;
            }
        }

        return false;
    }
}
