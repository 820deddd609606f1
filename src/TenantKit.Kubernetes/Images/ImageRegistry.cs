using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Images;

/// <summary>
/// Asks an image's registry, without credentials, whether it exists and what its digest is. The nodes pull it themselves, with credentials of
/// their own: where the registry does not tell us, that says nothing.
/// </summary>
internal sealed class ImageRegistry(KubernetesOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private static readonly string[] Manifests =
    [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = true, MaxAutomaticRedirections = 3 }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, ImageResolution Found)> known = new(StringComparer.Ordinal);

    /// <summary>Asks the registry, or remembers what it said.</summary>
    /// <param name="image">The image.</param>
    /// <param name="isFresh">True to ask anew.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    public async Task<ImageResolution> ResolveAsync(string image, bool isFresh, CancellationToken cancellationToken)
    {
        if (ImageReference.TryParse(image) is not { } reference)
        {
            return new ImageResolution(false, null, $"'{image}' is not the name of an image. Write it as registry/repository:tag.");
        }

        if (reference.Digest is not null || !options.ResolveImages)
        {
            return new ImageResolution(true, reference.Digest, null);
        }

        var now = time.GetUtcNow();
        if (!isFresh && known.TryGetValue(image, out var earlier) && now - earlier.At < Remembered)
        {
            return earlier.Found;
        }

        var found = await AskAsync(image, reference, cancellationToken);
        if (found.Found)
        {
            known[image] = (now, found);
        }

        return found;
    }

    public void Dispose() => http.Dispose();

    private async Task<ImageResolution> AskAsync(string image, ImageReference reference, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            var response = await HeadAsync(reference, null, limit.Token);
            if (response.StatusCode == HttpStatusCode.Unauthorized && response.Headers.WwwAuthenticate.FirstOrDefault(static way => way.Scheme == "Bearer") is { } way)
            {
                response.Dispose();
                response = await HeadAsync(reference, await TokenAsync(way, limit.Token), limit.Token);
            }

            using (response)
            {
                return response.StatusCode == HttpStatusCode.NotFound
                    ? new ImageResolution(false, null, $"The registry {reference.Registry} has no image '{image}'. Push it, or correct the name or tag.")
                    : new ImageResolution(true, response.IsSuccessStatusCode && response.Headers.TryGetValues("Docker-Content-Digest", out var digests) ? digests.FirstOrDefault() : null, null);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new ImageResolution(true, null, null);
        }
    }

    private async Task<HttpResponseMessage> HeadAsync(ImageReference reference, string? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, reference.Manifest);
        foreach (var type in Manifests)
        {
            request.Headers.Accept.ParseAdd(type);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>A token for anybody, from where the registry says that there are some.</summary>
    private async Task<string?> TokenAsync(AuthenticationHeaderValue way, CancellationToken cancellationToken)
    {
        var parts = (way.Parameter ?? "").Split(',', StringSplitOptions.TrimEntries)
            .Select(static part => part.Split('=', 2)).Where(static part => part.Length == 2)
            .ToDictionary(static part => part[0], static part => part[1].Trim('"'), StringComparer.OrdinalIgnoreCase);
        if (!parts.TryGetValue("realm", out var realm) || !Uri.TryCreate(realm, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            return null;
        }

        var query = string.Join('&', parts.Where(static part => part.Key is "service" or "scope").Select(static part => $"{part.Key}={Uri.EscapeDataString(part.Value)}"));
        using var answer = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"{address}?{query}"), cancellationToken));
        return answer.RootElement.TryGetProperty("token", out var token) ? token.GetString() : null;
    }
}
