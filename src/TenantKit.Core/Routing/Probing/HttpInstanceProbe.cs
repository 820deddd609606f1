using System.Net;
using System.Net.Sockets;
using TenantKit.Templates;

namespace TenantKit.Routing.Probing;

/// <summary>Probes over HTTP or TCP from inside the cluster: no proxy, no cookie, no redirect, only to an IP literal.</summary>
internal sealed class HttpInstanceProbe : IInstanceProbe, IDisposable
{
    private const int MaxBody = 64 * 1024;
    private readonly TimeProvider time;
    private readonly HttpMessageInvoker client;

    public HttpInstanceProbe(TimeProvider time)
    {
        this.time = time;
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxBody / 1024,
            MaxResponseDrainSize = 0,
            // An address may pass to another tenant's instance: no connection outlives its probe.
            PooledConnectionLifetime = TimeSpan.Zero,
        });
    }

    public async Task<ProbeResult> ProbeAsync(string tenantId, RouteInstance instance, ProbeSettings settings, CancellationToken cancellationToken)
    {
        if (!IPEndPoint.TryParse(instance.Endpoint, out var address) || address.Port == 0)
        {
            return new ProbeResult(false, $"The endpoint '{instance.Endpoint}' is not an IP address and a port.");
        }

        using var expiry = new CancellationTokenSource(settings.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            return settings.Kind switch
            {
                ProbeKind.Tcp => await ConnectAsync(address, linked.Token),
                ProbeKind.Http => await AskHealthAsync(address, instance.Protocol, settings.Path, linked.Token),
                _ => await AskIdentityAsync(tenantId, instance, address, settings.Path, linked.Token),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeResult(false, $"No answer within {settings.Timeout.TotalSeconds:0.###} s.");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or UriFormatException or InvalidDataException)
        {
            return new ProbeResult(false, e.InnerException is SocketException socket ? socket.Message : e.Message);
        }
    }

    public void Dispose() => client.Dispose();

    private static async Task<ProbeResult> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, cancellationToken);
        return ProbeResult.Success;
    }

    private async Task<ProbeResult> AskIdentityAsync(
        string tenantId, RouteInstance instance, IPEndPoint address, string healthPath, CancellationToken cancellationToken)
    {
        var challenge = IdentityChallenge.New();
        var (status, body) = await GetAsync(address, instance.Protocol, challenge.Path, cancellationToken);
        if (!IsSuccess(status))
        {
            return new ProbeResult(false, $"The identity proof was answered with {status}.");
        }

        var problem = challenge.Verify(body, tenantId, instance.InstanceId, instance.Key.Span);
        return problem is null
            ? await AskHealthAsync(address, instance.Protocol, healthPath, cancellationToken)
            : new ProbeResult(false, problem);
    }

    private async Task<ProbeResult> AskHealthAsync(IPEndPoint address, AppProtocol protocol, string path, CancellationToken cancellationToken)
    {
        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal))
        {
            return new ProbeResult(false, $"The health path '{path}' does not begin with exactly one slash.");
        }

        var (status, _) = await GetAsync(address, protocol, path, cancellationToken);
        return IsSuccess(status) ? ProbeResult.Success : new ProbeResult(false, $"The health path '{path}' answered {status}.") { Reached = true };
    }

    private async Task<(int Status, byte[] Body)> GetAsync(IPEndPoint address, AppProtocol protocol, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{address}{path}", UriKind.Absolute))
        {
            Version = protocol == AppProtocol.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.ConnectionClose = true;
        using var response = await client.SendAsync(request, cancellationToken);
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBody + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxBody
            ? ((int)response.StatusCode, buffer[..length])
            : throw new InvalidDataException($"The answer is longer than {MaxBody / 1024} KiB.");
    }

    private static bool IsSuccess(int status) => status is >= 200 and < 300;
}
