using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Control.Remote;
using TenantKit.Diagnostics;
using TenantKit.Routing;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Gateway.Remote;

/// <summary>Follows the feed of any one replica of the control plane; where one fails, the next one is asked.</summary>
/// <remarks>A revision counts as expired only when every replica that answers says so: one that lags behind does not know the newest yet.</remarks>
internal sealed class RemoteRouteFeed(ControlPeers peers, IOptions<RemoteControlPlaneOptions> options, IRandomSource random, TimeProvider time) : IRouteFeed
{
    private readonly RouteCodec codec = new();

    // Gateways begin at different replicas, so that these share the work.
    private int preferred = (int)(random.NextDouble() * peers.Addresses.Count);

    public async Task<RouteList> ListAsync(CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(null, cancellationToken);
        var routes = new List<Route>();
        var revocations = new List<Revocation>();
        try
        {
            await foreach (var item in ReadAsync(answer, cancellationToken))
            {
                // A long list is read part by part, and taken over, without keeping requests from the thread that waits for their sockets.
                await Task.Yield();
                routes.AddRange(item.Data.Routes);
                revocations.AddRange(item.Data.Revocations);
                if (item.EventType == GatewayProtocol.ListEnd)
                {
                    return item.Data with { Routes = routes, Revocations = revocations };
                }
            }
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            preferred++;
            throw new ControlPlaneUnavailableException($"The list of routes from {answer.RequestMessage!.RequestUri} broke.", exception);
        }

        preferred++;
        throw new ControlPlaneUnavailableException($"The list of routes from {answer.RequestMessage!.RequestUri} ended too early.");
    }

    public async IAsyncEnumerable<RouteList> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await OpenAsync(afterRevision, cancellationToken);
        await using var items = ReadAsync(answer, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await NextAsync(answer, items))
        {
            if (items.Current.EventType == GatewayProtocol.Expired)
            {
                throw new RevisionExpiredException(afterRevision);
            }

            if (items.Current.EventType == GatewayProtocol.Changes)
            {
                yield return items.Current.Data;
            }
        }
    }

    private async Task<bool> NextAsync(HttpResponseMessage answer, IAsyncEnumerator<SseItem<RouteList>> items)
    {
        try
        {
            if (await items.MoveNextAsync())
            {
                return true;
            }
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            preferred++;
            throw new ControlPlaneUnavailableException($"The route feed of {answer.RequestMessage!.RequestUri} broke.", exception);
        }

        preferred++; // whoever ends a feed is stopping
        return false;
    }

    private async IAsyncEnumerable<SseItem<RouteList>> ReadAsync(HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = new WatchedStream(await answer.Content.ReadAsStreamAsync(cancellationToken), options.Value.SilenceTimeout, time);
        var events = SseParser.Create(stream, (kind, data) => kind == GatewayProtocol.Expired ? new RouteList([], 0) : codec.Read(data));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            yield return item;
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(long? after, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        var expired = false;
        for (var i = 0; i < peers.Addresses.Count; i++)
        {
            var address = peers.Addresses[(int)((uint)preferred % (uint)peers.Addresses.Count)];
            var path = after is { } revision ? string.Create(CultureInfo.InvariantCulture, $"{GatewayProtocol.RoutesPath}?{GatewayProtocol.AfterParameter}={revision}") : GatewayProtocol.RoutesPath;
            using var limit = new CancellationTokenSource(options.Value.CallTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            try
            {
                var answer = await peers.Client.GetAsync(new Uri(address, path), HttpCompletionOption.ResponseHeadersRead, either.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return answer;
                }

                expired |= answer.StatusCode == HttpStatusCode.Gone;
                failures.Add(new HttpRequestException($"{address} answered {(int)answer.StatusCode}."));
                answer.Dispose();
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                failures.Add(exception);
            }

            preferred++;
        }

        throw expired
            ? new RevisionExpiredException(after ?? 0)
            : new ControlPlaneUnavailableException($"No replica of the control plane serves the route feed: {string.Join(' ', failures.Select(static failure => failure.Message))}", failures[0]);
    }

    private static bool IsLoss(Exception exception) => exception is IOException or HttpRequestException or JsonException;
}
