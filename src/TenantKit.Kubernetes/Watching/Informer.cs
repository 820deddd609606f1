using System.Net;
using Microsoft.Extensions.Logging;
using TenantKit.Diagnostics;
using TenantKit.Kubernetes.Api;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Watching;

/// <summary>Keeps all objects of one kind in memory by one list and one watch, however many tenants there are.</summary>
/// <remarks>
/// 1. Without a version to go on from: a watch that begins with what there is, where the server has it; otherwise pages of a list, from one
///    consistent moment.
/// 2. Then a watch from that version. Each event and each bookmark moves the version on, so that a new connection misses nothing.
/// 3. The server forgot the version (410): back to 1, which finds what went meanwhile as well.
/// 4. Any other end: again from the version, after a jittered wait that grows while it fails, or the time that the server asks for.
/// 5. A watch that tells nothing within the bound, not even a bookmark, is taken for frozen: it is cut, told of, and opened again from the version.
///    What is in memory is not answered from again before the new one has told something: whatever froze the one may freeze the next.
/// The wait starts small again once a watch has told something.
/// </remarks>
/// <typeparam name="T">What is kept of an object.</typeparam>
internal sealed partial class Informer<T>(
    ApiClient api, WatchedKind<T> kind, ObjectTable<T> table, KubernetesOptions options, WatchMeter meter, TimeProvider time, IRandomSource random,
    Action<UnitEvent> tell, ILogger<KubernetesOrchestrator> logger)
    where T : WatchedObject
{
    private const int PageSize = 500;
    private const int ShortestWatch = 300;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string version = "";
    private bool streamsLists = true;
    private long heardAt;
    private volatile bool isConnected;
    private volatile bool isDoubtful;
    private int failures;

    /// <summary>True while what is in memory may be answered from: a watch is open and told something lately.</summary>
    public bool IsFresh => synced.Task.IsCompletedSuccessfully && isConnected && !isDoubtful && time.GetElapsedTime(Volatile.Read(ref heardAt)) < options.WatchStall;

    /// <summary>Why there is no watch now; null when there is nothing to say.</summary>
    public string? Problem { get; private set; }

    /// <summary>Completes with the first full list.</summary>
    public Task SyncedAsync(CancellationToken cancellationToken) => synced.Task.WaitAsync(cancellationToken);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            TimeSpan? asked = null;
            try
            {
                if (version.Length == 0 && !streamsLists)
                {
                    await ListAsync(stopping);                                                      // 1
                }

                await WatchAsync(stopping);                                                         // 1, 2
                continue;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (ApiException exception) when (exception.Code == HttpStatusCode.Gone)
            {
                version = "";                                                                       // 3
                meter.Relists.Add(1, new KeyValuePair<string, object?>("resource", kind.Resource.Plural));
                LogForgotten(kind.Resource.Plural);
                if (failures++ == 0)
                {
                    continue;
                }
            }
            catch (ApiException exception) when (streamsLists && version.Length == 0 && exception.Code is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
            {
                streamsLists = false;
                continue;
            }
            catch (TimeoutException)
            {
                meter.Stalls.Add(1, new KeyValuePair<string, object?>("resource", kind.Resource.Plural));
                isDoubtful = true;
                LogStalled(kind.Resource.Plural, options.WatchStall);                               // 5
                continue;
            }
            catch (Exception exception) when (exception is ApiException or HttpRequestException or IOException or System.Text.Json.JsonException)
            {
                failures++;
                asked = (exception as ApiException)?.RetryAfter;
                Problem = exception is ApiException refusal ? ApiTrouble.Explain($"Watching {kind.Resource.Plural}", refusal).Message : exception.Message;
                LogFailed(exception, kind.Resource.Plural, failures);                               // 4
            }

            var own = Math.Min(FirstWait.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 10)), LongestWait.TotalMilliseconds);
            var wait = (asked ?? TimeSpan.Zero) + TimeSpan.FromMilliseconds(own * (0.5 + (random.NextDouble() / 2)));
            await Task.Delay(wait, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        List<T> items = [];
        var next = "";
        string? at;
        do
        {
            var query = $"labelSelector={Uri.EscapeDataString(kind.Selector)}&limit={PageSize}{(next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next))}";
            using var response = await api.OpenAsync(new ApiRequest("list", kind.Resource, kind.Namespace, null) { Query = query, Accept = kind.ListAccept }, cancellationToken);
            var page = ListPage.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken), kind.Read);
            items.AddRange(page.Items);
            (next, at) = (page.Continue, page.Version);
        }
        while (next.Length > 0);

        table.ReplaceAll(items, UnitRecord.ParseVersion(at));
        version = at;
        Synced();
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        var isInitial = version.Length == 0;
        var query = $"watch=true&allowWatchBookmarks=true&labelSelector={Uri.EscapeDataString(kind.Selector)}&timeoutSeconds={ShortestWatch + random.Next(ShortestWatch)}";
        query += isInitial ? "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=" : $"&resourceVersion={version}";
        using var stream = new WatchStream(options.WatchStall, time, stopping);
        using var response = await api.OpenAsync(new ApiRequest("watch", kind.Resource, kind.Namespace, null) { Query = query, Accept = kind.Accept }, stopping);
        if (Problem is not null)
        {
            // Told of as soon as the server takes the watch: on a cluster where nothing happens its first line is a minute away.
            Problem = null;
            tell(UnitEvent.RuntimeIsBack);
        }

        var initial = isInitial ? new List<T>() : null;
        isConnected = true;
        Heard();
        try
        {
            await foreach (var line in stream.ReadAsync(response))
            {
                Heard();
                isDoubtful = false;
                Take(line, ref initial);
                failures = 0;
            }
        }
        finally
        {
            isConnected = false;
        }
    }

    private void Take(WatchLine line, ref List<T>? initial)
    {
        switch (line.Type)
        {
            case "ERROR":
                throw line.ToException(kind.Resource);
            case "BOOKMARK" when initial is not null && !line.EndsInitialEvents:
                return;
            case "BOOKMARK":
                version = line.Version;
                if (initial is not null)
                {
                    table.ReplaceAll(initial, UnitRecord.ParseVersion(version));
                    initial = null;
                    Synced();
                }

                return;
        }

        // Until the initial events have ended there is no version to go on from.
        version = initial is null ? line.Version : "";
        if (kind.Read(line.Object) is not { } item)
        {
            return;
        }

        if (initial is not null)
        {
            initial.Add(item);
        }

        if (line.Type == "DELETED")
        {
            table.Remove(item.TenantId, item.Uid, item.Version);
        }
        else
        {
            table.Put(item);
        }
    }

    private void Synced()
    {
        Heard();
        synced.TrySetResult();
    }

    private void Heard() => Volatile.Write(ref heardAt, time.GetTimestamp());

    [LoggerMessage(LogLevel.Information, "The API server no longer knows where the watch of {Resource} stood; all are listed anew")]
    private partial void LogForgotten(string resource);

    [LoggerMessage(LogLevel.Warning, "The watch of {Resource} told nothing for {Bound}, not even that nothing changed; it is opened again. Look at what lies between here and the API server if this repeats")]
    private partial void LogStalled(string resource, TimeSpan bound);

    [LoggerMessage(LogLevel.Warning, "The watch of {Resource} ended with an error ({Failures} in a row); it is opened again")]
    private partial void LogFailed(Exception exception, string resource, int failures);
}
