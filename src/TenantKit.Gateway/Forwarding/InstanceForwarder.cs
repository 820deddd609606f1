using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Health;
using TenantKit.Templates;
using Yarp.ReverseProxy.Forwarder;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Forwards a request to one instance, once.</summary>
internal sealed class InstanceForwarder(
    IHttpForwarder forwarder, InstanceClient client, ICallerIdentity identity, OutlierDetector health, RetryRules retries, IOptions<TenantGatewayOptions> options, IOptions<SocketTransportOptions> sockets, TimeProvider time)
{
    private const int MostIdle = 1024;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    // Streams have no idle time-out here: the deadline covers the time to the head of the answer, keep-alive covers a dead peer.
    private static readonly ForwarderRequestConfig Http1 = new()
    {
        ActivityTimeout = Timeout.InfiniteTimeSpan,
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static readonly ForwarderRequestConfig Http2 = Http1 with { Version = System.Net.HttpVersion.Version20 };

    private readonly ObjectPool<TenantTransformer> transformers = new DefaultObjectPool<TenantTransformer>(new TransformerPolicy(health, retries, time, sockets.Value.UnsafePreferInlineScheduling), MostIdle);

    /// <summary>Sends it at a timestamp of the clock.</summary>
    [AsyncMethodBuilder(typeof(DeepPoolValueTaskMethodBuilder<>))]
    public async ValueTask<ForwardResult> SendAsync(Exchange exchange, InstanceSlot slot, long now)
    {
        var http = exchange.Http;
        var body = http.Request.Body;
        var transformer = transformers.Get();
        WatchedBody? watched = null;
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            var limit = exchange.IsGrpc ? options.Value.MaxRequestBodyBytes : long.MaxValue;
            http.Request.Body = watched = new WatchedBody(exchange.Body?.Open() ?? body, transformer.Deadline, limit);
        }

        slot.Enter();
        try
        {
            transformer.Begin(exchange, slot, exchange.Caller is null ? null : identity.Sign(exchange.Caller, exchange.Route));
            transformer.Deadline.Start(TryTime(exchange), now);
            var request = slot.Protocol == AppProtocol.Http2 ? Http2 : Http1;
            var error = await forwarder.SendAsync(http, slot.DestinationPrefix, client.Invoker, request, transformer, transformer.Deadline.Token);
            return exchange.IsCut ? ForwardResult.Done : Learn(slot, error, Classify(http, error, transformer.Deadline));
        }
        finally
        {
            slot.Leave();
            if (watched is not null)
            {
                watched.Release();
                exchange.BodyTaken |= watched.HasRead;
                http.Request.Body = body;
            }

            transformers.Return(transformer);
        }
    }

    // The first try has its whole time: what the client's own sending takes is not counted. A gRPC stream may well begin with its first message,
    // whenever that is; its deadline is the client's, who cancels the call then.
    private TimeSpan TryTime(Exchange exchange)
    {
        if (exchange.IsGrpc)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var longest = options.Value.ResponseHeadersTimeout;
        if (exchange.Failed is null)
        {
            return longest;
        }

        var left = retries.Left(exchange);
        return left > longest ? longest : left < Shortest ? Shortest : left;
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
            ForwarderError.ResponseBodyDestination => ForwardResult.CutOff,
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
            case ForwardResult.Broken or ForwardResult.CutOff or ForwardResult.TimedOut:
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

    // One whose time ran out is not used again: its token is cancelled, or about to be.
    private sealed class TransformerPolicy(OutlierDetector health, RetryRules retries, TimeProvider time, bool fair) : IPooledObjectPolicy<TenantTransformer>
    {
        public TenantTransformer Create() => new(health, retries, time, fair);

        public bool Return(TenantTransformer transformer)
        {
            transformer.End();
            return !transformer.Deadline.Expired;
        }
    }
}
