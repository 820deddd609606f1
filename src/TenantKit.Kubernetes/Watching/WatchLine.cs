using System.Net;
using System.Text.Json;
using k8s;
using k8s.Models;
using TenantKit.Kubernetes.Api;

namespace TenantKit.Kubernetes.Watching;

/// <summary>One line of a watch.</summary>
internal sealed class WatchLine : IDisposable
{
    private const string InitialEventsEnd = "k8s.io/initial-events-end";
    private readonly JsonDocument document;

    private WatchLine(JsonDocument document) => this.document = document;

    public string Type => document.RootElement.GetProperty("type").GetString() ?? "";

    public JsonElement Object => document.RootElement.GetProperty("object");

    public string Version => Object.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("resourceVersion", out var version) ? version.GetString() ?? "" : "";

    public bool EndsInitialEvents => Object.TryGetProperty("metadata", out var metadata)
        && metadata.TryGetProperty("annotations", out var annotations)
        && annotations.TryGetProperty(InitialEventsEnd, out var end) && end.GetString() == "true";

    public static WatchLine Parse(string line) => new(JsonDocument.Parse(line));

    public ApiException ToException(ApiResource resource)
    {
        var status = KubernetesJson.Deserialize<V1Status>(Object);
        return new ApiException((HttpStatusCode)(status.Code ?? 500), status, "watch", resource, status.Message ?? "The watch failed.");
    }

    public void Dispose() => document.Dispose();
}
