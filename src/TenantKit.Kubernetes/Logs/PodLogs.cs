using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using TenantKit.Kubernetes.Api;
using TenantKit.Kubernetes.Manifests;
using TenantKit.Kubernetes.Watching;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Logs;

/// <summary>Reads the logs of single pods.</summary>
internal sealed class PodLogs(ApiClient api)
{
    /// <summary>The lines of a pod; ends with the log, or with the instance when it is followed. Nothing, when there is no log to read.</summary>
    public async IAsyncEnumerable<LogLine> ReadAsync(PodState pod, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(pod, Query(query), cancellationToken);
        if (response is null)
        {
            yield break;
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        while (await NextAsync(reader, cancellationToken) is { } text)
        {
            var line = Parse(pod, text);
            if (query.Since is null || line.At >= query.Since)
            {
                yield return line;
            }
        }
    }

    /// <summary>The last bytes of a pod's log, without times.</summary>
    public async Task<string> TailAsync(PodState pod, int mostBytes, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(pod, $"container={PodManifest.Container}&tailLines=5000", cancellationToken);
        if (response is null)
        {
            return "";
        }

        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, bytes.Length - mostBytes)));
    }

    private static string Query(LogQuery query)
    {
        var text = new StringBuilder($"container={PodManifest.Container}&timestamps=true");
        if (query.Follow)
        {
            text.Append("&follow=true");
        }

        if (query.Tail is { } tail)
        {
            text.Append(CultureInfo.InvariantCulture, $"&tailLines={tail}");
        }

        if (query.Since is { } since && since.Year < 9000)
        {
            text.Append(CultureInfo.InvariantCulture, $"&sinceTime={Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}");
        }

        return text.ToString();
    }

    /// <returns>Null when the pod is gone or has not started.</returns>
    private async Task<HttpResponseMessage?> OpenAsync(PodState pod, string query, CancellationToken cancellationToken)
    {
        try
        {
            return await api.OpenAsync(new ApiRequest("get", KubeApi.PodLog, pod.Namespace, pod.Name) { Query = query, Accept = "*/*" }, cancellationToken);
        }
        catch (ApiException exception) when (exception.Code is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            return null;
        }
    }

    private static async Task<string?> NextAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return null; // The node or the server cut it off.
        }
    }

    private static LogLine Parse(PodState pod, string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && DateTimeOffset.TryParse(text.AsSpan(0, space), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? new LogLine(at, pod.InstanceId, text[(space + 1)..])
            : new LogLine(pod.StartedAt ?? pod.CreatedAt, pod.InstanceId, text);
    }
}
