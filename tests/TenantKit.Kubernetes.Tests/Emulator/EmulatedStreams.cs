using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>Answers without an end: watches and logs.</summary>
internal sealed class EmulatedStreams(EmulatedStore store, EmulatorOptions options, Kubelet kubelet, EmulatedFaults faults)
{
    public async Task WatchAsync(HttpContext context, ApiPath path)
    {
        var query = context.Request.Query;
        var selector = query["labelSelector"].ToString();
        var metadataOnly = context.Request.Headers.Accept.ToString().Contains("as=PartialObjectMetadata;", StringComparison.Ordinal);
        var sendsInitial = query["sendInitialEvents"] == "true";
        if (sendsInitial && (!options.StreamsLists || query["resourceVersionMatch"] != "NotOlderThan"))
        {
            throw new ApiError(422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(int.TryParse(query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) ? seconds : 1800));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, faults.Cut, limit.Token);
        long at;
        List<(string Type, JsonObject Object)> initial = [];
        lock (store.Gate)
        {
            at = long.TryParse(query["resourceVersion"], CultureInfo.InvariantCulture, out var from) ? from : store.Version;
            if (sendsInitial)
            {
                at = store.Version;
                initial = [.. store.All(path.Plural, path.Namespace.Length == 0 ? null : path.Namespace).Where(item => Selector.Matches(item.Json, selector)).Select(static item => ("ADDED", item.Json))];
            }
        }

        context.Response.ContentType = "application/json";
        if (at < store.CompactedAt)
        {
            await WriteAsync(context, "ERROR", new ApiError(410, "Expired", $"too old resource version: {at} ({store.CompactedAt})").ToStatus(), end.Token);
            return;
        }

        await context.Response.StartAsync(end.Token);
        foreach (var (type, item) in initial)
        {
            await WriteAsync(context, type, metadataOnly ? EmulatedVerbs.MetadataOf(item) : item, end.Token);
        }

        if (sendsInitial)
        {
            await WriteAsync(context, "BOOKMARK", Bookmark(at, endsInitial: true), end.Token);
        }

        await context.Response.Body.FlushAsync(end.Token);
        await GoOnAsync(context, path, selector, metadataOnly, at, end.Token);
    }

    public async Task LogAsync(HttpContext context, ApiPath path)
    {
        var query = context.Request.Query;
        EmulatedLog log;
        lock (store.Gate)
        {
            var pod = store.Find("pods", path.Namespace, path.Name) ?? throw ApiError.NotFound("pods", path.Name);
            log = kubelet.LogOf(pod.Uid) ?? throw new ApiError(400, "BadRequest", $"container \"app\" in pod \"{path.Name}\" is waiting to start: ContainerCreating");
        }

        int? tail = int.TryParse(query["tailLines"], CultureInfo.InvariantCulture, out var last) ? last : null;
        DateTime? since = DateTime.TryParse(query["sinceTime"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) ? time : null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, faults.Cut);
        context.Response.ContentType = "text/plain";
        await context.Response.StartAsync(end.Token);
        var next = 0;
        while (true)
        {
            var isEnded = log.IsEnded;
            var (lines, position, grew) = log.Read(next, next == 0 ? tail : null, since, query["timestamps"] == "true");
            foreach (var line in lines)
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), end.Token);
            }

            await context.Response.Body.FlushAsync(end.Token);
            next = position;
            if (query["follow"] != "true" || isEnded)
            {
                return;
            }

            await grew.WaitAsync(end.Token);
        }
    }

    private async Task GoOnAsync(HttpContext context, ApiPath path, string selector, bool metadataOnly, long at, CancellationToken end)
    {
        // What a selector no longer matches is told of as deleted.
        var matching = new HashSet<string>(StringComparer.Ordinal);
        lock (store.Gate)
        {
            matching.UnionWith(store.All(path.Plural).Where(item => Selector.Matches(item.Json, selector)).Select(static item => item.Uid));
        }

        while (true)
        {
            var changed = store.NextChange;
            List<EmulatedStore.WatchEvent> events;
            long now;
            lock (store.Gate)
            {
                (events, now) = (store.EventsAfter(path.Plural, at), store.Version);
            }

            if (at < store.CompactedAt && now > at && !faults.FreezesWatches && events.Count == 0)
            {
                at = now;
            }

            if (!faults.FreezesWatches)
            {
                foreach (var item in events.Where(item => path.Namespace.Length == 0 || item.Object.Text("metadata", "namespace") == path.Namespace))
                {
                    var matches = Selector.Matches(item.Object, selector);
                    var uid = item.Object.Text("metadata", "uid");
                    var was = matching.Contains(uid);
                    var type = item.Type == "DELETED" || !matches ? "DELETED" : item.Type;
                    if (matches || was)
                    {
                        await WriteAsync(context, type, metadataOnly ? EmulatedVerbs.MetadataOf(item.Object) : item.Object, end);
                    }

                    _ = matches && item.Type != "DELETED" ? matching.Add(uid) : matching.Remove(uid);
                }

                at = now;
                await context.Response.Body.FlushAsync(end);
            }

            try
            {
                await changed.WaitAsync(options.BookmarkInterval, end);
            }
            catch (TimeoutException)
            {
                if (!faults.FreezesWatches)
                {
                    await WriteAsync(context, "BOOKMARK", Bookmark(at, endsInitial: false), end);
                    await context.Response.Body.FlushAsync(end);
                }
            }
        }
    }

    private static JsonObject Bookmark(long version, bool endsInitial)
    {
        var bookmark = new JsonObject { ["kind"] = "Bookmark", ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) } };
        if (endsInitial)
        {
            bookmark.Meta()["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        return bookmark;
    }

    private static async Task WriteAsync(HttpContext context, string type, JsonObject item, CancellationToken end) =>
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":{item.ToJsonString()}}}\n"), end);
}
