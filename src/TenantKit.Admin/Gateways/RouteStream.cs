using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Http;
using TenantKit.Control.Remote;
using TenantKit.Routing;
using TenantKit.Storage;

namespace TenantKit.Admin.Gateways;

/// <summary>The route feed as server-sent events: a list, or the changes after a revision until somebody hangs up.</summary>
internal sealed class RouteStream(IRouteFeed feed, IOptions<TenantControlOptions> options, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int RoutesPerEvent = 500;
    private static readonly byte[] Heartbeat = ": alive\n\n"u8.ToArray();

    public async Task ServeAsync(HttpContext http)
    {
        var after = ReadAfter(http.Request);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await (after is { } revision ? WatchAsync(http, revision, ended.Token) : ListAsync(http, ended.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The gateway hung up, or this host stops: the gateway goes to another one.
        }
        catch (RevisionExpiredException exception) when (!http.Response.HasStarted)
        {
            throw new ApiException(410, "revision_expired", exception.Message);
        }
        catch (RevisionExpiredException)
        {
            await http.Response.Body.WriteAsync(Event(GatewayProtocol.Expired, null, "{}"u8), ended.Token).ConfigureAwait(false);
        }
    }

    private async Task ListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var listing = feed.ListAsync(cancellationToken);
        await KeepAliveAsync(http, listing, cancellationToken).ConfigureAwait(false);
        var list = await listing.ConfigureAwait(false);
        foreach (var part in Split(list, list.Revision))
        {
            await http.Response.Body.WriteAsync(Event(GatewayProtocol.ListPart, null, RouteCodec.Write(part)), cancellationToken).ConfigureAwait(false);
        }

        await http.Response.Body.WriteAsync(Event(GatewayProtocol.ListEnd, list.Revision, RouteCodec.Write(list with { Routes = [], Revocations = [] })), cancellationToken).ConfigureAwait(false);
    }

    private async Task WatchAsync(HttpContext http, long after, CancellationToken cancellationToken)
    {
        await using var batches = feed.WatchAsync(after, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = batches.MoveNextAsync().AsTask();
        if (next.IsCompleted)
        {
            await next.ConfigureAwait(false); // a revision that is too old is told before the answer begins
        }

        // Tells at once that the revision is one that can be followed from.
        await http.Response.Body.WriteAsync(Event(GatewayProtocol.Changes, after, RouteCodec.Write(new RouteList([], after))), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            await http.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
            await KeepAliveAsync(http, next, cancellationToken).ConfigureAwait(false);
            if (!await next.ConfigureAwait(false))
            {
                return;
            }

            await WriteChangesAsync(http, batches.Current, after, cancellationToken).ConfigureAwait(false);
            after = batches.Current.Revision;
            next = batches.MoveNextAsync().AsTask();
        }
    }

    // Only the last part of a batch may be resumed after: the parts before it have no id and do not move the revision.
    private static async Task WriteChangesAsync(HttpContext http, RouteList batch, long before, CancellationToken cancellationToken)
    {
        var parts = Split(batch, before).DefaultIfEmpty(batch with { Revision = before }).ToArray();
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            var part = isLast ? parts[i] with { Revision = batch.Revision } : parts[i];
            await http.Response.Body.WriteAsync(Event(GatewayProtocol.Changes, isLast ? batch.Revision : null, RouteCodec.Write(part)), cancellationToken).ConfigureAwait(false);
        }
    }

    // Revocations first: routes can wait for them, not they for routes.
    private static IEnumerable<RouteList> Split(RouteList list, long revision) =>
        list.Revocations.Chunk(RoutesPerEvent).Select(part => list with { Routes = [], Revocations = part, Revision = revision })
            .Concat(list.Routes.Chunk(RoutesPerEvent).Select(part => list with { Routes = part, Revocations = [], Revision = revision }));

    private async Task KeepAliveAsync(HttpContext http, Task waiting, CancellationToken cancellationToken)
    {
        while (!waiting.IsCompleted)
        {
            try
            {
                await waiting.WaitAsync(options.Value.HeartbeatInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.None);
            }
            catch (TimeoutException)
            {
                await http.Response.Body.WriteAsync(Heartbeat, cancellationToken).ConfigureAwait(false);
                await http.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static long? ReadAfter(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"] is [{ Length: > 0 } id] ? id : request.Query[GatewayProtocol.AfterParameter].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : throw new ApiException(400, "invalid_revision", "The revision to follow from is a whole number.");
    }

    private static byte[] Event(string name, long? id, ReadOnlySpan<byte> data)
    {
        var head = Encoding.UTF8.GetBytes(id is { } at ? string.Create(CultureInfo.InvariantCulture, $"event: {name}\nid: {at}\ndata: ") : $"event: {name}\ndata: ");
        return [.. head, .. data, (byte)'\n', (byte)'\n'];
    }
}
