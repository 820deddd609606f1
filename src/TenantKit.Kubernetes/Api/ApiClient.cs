using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using k8s;
using k8s.Models;
using TenantKit.Diagnostics;

namespace TenantKit.Kubernetes.Api;

/// <summary>
/// Sends requests over KubernetesClient's connection and credentials. Apart from its typed calls, as these can neither ask for metadata alone
/// nor hand out the lines of a watch.
/// </summary>
/// <remarks>
/// Thread-safe. What the server says it did not do (429) is repeated after the time it names; what may have been done (5xx, no answer) is
/// repeated only where doing it twice is the same as once.
/// </remarks>
internal sealed class ApiClient : IDisposable
{
    private const int Tries = 6;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>How long a server that does not even say whether it is ready passes for one that starts.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    private readonly k8s.Kubernetes client;
    private readonly KubernetesOptions options;
    private readonly TimeProvider time;
    private readonly IRandomSource random;
    private readonly SemaphoreSlim slots;
    private readonly Meter meter = new("TenantKit.Kubernetes");
    private readonly Counter<long> requests;
    private long mutedAt;

    public ApiClient(ClusterConnection connection, KubernetesOptions options, TimeProvider time, IRandomSource random)
    {
        (client, this.options, this.time, this.random) = (connection.Client, options, time, random);
        slots = new SemaphoreSlim(options.MaxConcurrentRequests);
        requests = meter.CreateCounter<long>("tenantkit.kubernetes.requests", "{request}", "Requests to the API server, by verb, resource and status code.");
        ServerName = connection.ServerName;
    }

    public TimeProvider Time => time;

    private string? ServerName { get; }

    public Task<T> GetAsync<T>(ApiResource resource, string? space, string name, CancellationToken cancellationToken) =>
        ReadAsync<T>(new ApiRequest("get", resource, space, name), cancellationToken);

    public Task<T> ListAsync<T>(ApiResource resource, string? space, string query, CancellationToken cancellationToken) =>
        ReadAsync<T>(new ApiRequest("list", resource, space, null) { Query = query }, cancellationToken);

    public Task<T> CreateAsync<T>(ApiResource resource, string? space, T body, CancellationToken cancellationToken) =>
        ReadAsync<T>(new ApiRequest("create", resource, space, null) { Query = $"fieldManager={options.FieldManager}", Body = KubernetesJson.Serialize(body) }, cancellationToken);

    /// <summary>Server-side apply under the own field manager. Never takes a field from another manager.</summary>
    public async Task ApplyAsync(ApiResource resource, string? space, string name, string json, CancellationToken cancellationToken)
    {
        resource.Require("create");
        var request = new ApiRequest("patch", resource, space, name)
        {
            Query = $"fieldManager={options.FieldManager}&force=false", Body = json, ContentType = "application/apply-patch+yaml",
        };
        using var response = await SendAsync(request, cancellationToken);
    }

    /// <summary>Replaces an object, provided that it is as it was read.</summary>
    public Task<T> UpdateAsync<T>(ApiResource resource, string? space, T body, CancellationToken cancellationToken)
        where T : IKubernetesObject<V1ObjectMeta> =>
        ReadAsync<T>(new ApiRequest("update", resource, space, body.Metadata.Name) { Query = $"fieldManager={options.FieldManager}", Body = KubernetesJson.Serialize(body) }, cancellationToken);

    public Task<T> PatchAsync<T>(ApiResource resource, string? space, string name, object body, string contentType, CancellationToken cancellationToken) =>
        ReadAsync<T>(
            new ApiRequest("patch", resource, space, name)
            {
                Query = $"fieldManager={options.FieldManager}", Body = KubernetesJson.Serialize(body), ContentType = contentType,
            },
            cancellationToken);

    /// <summary>Deletes; what is not there is deleted already.</summary>
    public async Task DeleteAsync(ApiResource resource, string? space, string name, V1DeleteOptions how, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(new ApiRequest("delete", resource, space, name) { Body = KubernetesJson.Serialize(how) }, cancellationToken);
        }
        catch (ApiException exception) when (exception.Is(HttpStatusCode.NotFound))
        {
        }
    }

    /// <summary>The body of an answer, for who reads it without making objects of all of it.</summary>
    public async Task<byte[]> ReadBytesAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Opens an answer without an end: a watch, or a log that is followed.</summary>
    public Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken) => SendAsync(request with { IsStream = true }, cancellationToken);

    public void Dispose()
    {
        slots.Dispose();
        meter.Dispose();
    }

    private async Task<T> ReadAsync<T>(ApiRequest request, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        using var body = new MemoryStream(await response.Content.ReadAsByteArrayAsync(cancellationToken), writable: false);
        return KubernetesJson.Deserialize<T>(body);
    }

    private async Task<HttpResponseMessage> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        request.Resource.Require(request.Verb);
        for (var attempt = 1; ; attempt++)
        {
            ApiException failure;
            try
            {
                return await SendOnceAsync(request, cancellationToken);
            }
            catch (ApiException exception)
            {
                failure = exception;
            }

            var isStarting = ApiTrouble.LacksRight(failure) && await IsStartingAsync(cancellationToken);
            if (isStarting)
            {
                failure = new ApiException(
                    HttpStatusCode.ServiceUnavailable, null, request.Verb, request.Resource, $"The Kubernetes API server at {client.BaseUri} starts, and does not know the roles yet ({request.Verb} {request.Resource.Plural})", failure);
            }

            // A stream's caller has a back-off of its own, over many streams.
            var mayRepeat = isStarting || failure.Is(HttpStatusCode.TooManyRequests) || (failure.IsUnknown && request.IsIdempotent);
            if (!mayRepeat || request.IsStream || attempt == Tries)
            {
                throw failure;
            }

            var own = FirstWait * Math.Pow(2, attempt - 1) * (0.5 + random.NextDouble());
            var wait = failure.RetryAfter is { } asked ? asked + (FirstWait * random.NextDouble()) : own;
            if (wait > LongestWait)
            {
                throw failure;
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, options.RequestTimeout, Timeout.InfiniteTimeSpan);
        await slots.WaitAsync(cancellationToken);
        try
        {
            using var message = request.ToMessage(client.BaseUri);
            var response = await SendAsync(message, request.IsStream ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, limit.Token);
            Count(request, (int)response.StatusCode);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw await RefusalAsync(request, response, limit.Token);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Count(request, 0);
            throw new ApiException(
                null, null, request.Verb, request.Resource,
                $"The Kubernetes API server at {client.BaseUri} did not answer ({request.Verb} {request.Resource.Plural}): {exception.GetBaseException().Message}", exception);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        if (client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(message, cancellationToken);
        }

        if (ServerName is not null)
        {
            message.Headers.Host = ServerName;
        }

        return await client.HttpClient.SendAsync(message, completion, cancellationToken);
    }

    /// <summary>
    /// A server that starts answers before it knows the roles, and refuses what it allows a moment later. Every account may ask whether it is ready; while
    /// it refuses that as well, it gets some time.
    /// </summary>
    private async Task<bool> IsStartingAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, options.RequestTimeout, Timeout.InfiniteTimeSpan);
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, "readyz")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        try
        {
            using var response = await SendAsync(message, HttpCompletionOption.ResponseContentRead, limit.Token);
            if (response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
            {
                var now = time.GetTimestamp();
                var since = Interlocked.CompareExchange(ref mutedAt, now, 0);
                return since == 0 || time.GetElapsedTime(since, now) < StartPatience;
            }

            Volatile.Write(ref mutedAt, 0);
            return (int)response.StatusCode >= 500;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Volatile.Write(ref mutedAt, 0);
            return true;
        }
    }

    private async Task<ApiException> RefusalAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        V1Status? status = null;
        try
        {
            status = KubernetesJson.Deserialize<V1Status>(body);
        }
        catch (System.Text.Json.JsonException)
        {
            // A proxy in between, or the server before it is up: plain text.
        }

        return new ApiException(response.StatusCode, status, request.Verb, request.Resource, status?.Message ?? $"{(int)response.StatusCode} {body}".Trim())
        {
            RetryAfter = WaitOf(response.Headers.RetryAfter, status),
        };
    }

    private TimeSpan? WaitOf(RetryConditionHeaderValue? header, V1Status? status) =>
        header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : status?.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null);

    private void Count(ApiRequest request, int code) =>
        requests.Add(1, new("verb", request.Verb), new("resource", request.Resource.Plural), new("code", code));
}
