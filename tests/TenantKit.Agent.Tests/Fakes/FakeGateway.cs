using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace TenantKit.Agent.Tests.Fakes;

/// <summary>The gateway's internal listener, as a message handler.</summary>
internal sealed class FakeGateway : HttpMessageHandler
{
    public ECDsa Key { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeyId { get; set; } = "key-1";

    public ConcurrentQueue<(string? Authorization, JsonElement Body)> Registrations { get; } = new();

    public volatile bool IsDown;

    public volatile bool Hangs;

    public int Calls;

    public int KeyFetches;

    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    public IEnumerable<string> Claims => Registrations.Select(registration => registration.Body.GetProperty("claim").GetString()!);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref Calls);
        if (Hangs)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        if (IsDown)
        {
            // The second is what .NET says of a connection that was taken and reset at once.
            throw call % 2 == 0 ? new HttpRequestException("connection refused") : new SocketException((int)SocketError.NotConnected);
        }

        if (request.RequestUri!.AbsolutePath == AgentProtocol.IdentityKeysPath)
        {
            Interlocked.Increment(ref KeyFetches);
            var point = Key.ExportParameters(false).Q;
            return Json($$"""{"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"{{KeyId}}","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}]}""");
        }

        Assert.Equal(AgentProtocol.RegisterPath, request.RequestUri.AbsolutePath);
        var body = JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).RootElement;
        Registrations.Enqueue((request.Headers.Authorization?.ToString(), body));
        return Status == HttpStatusCode.OK ? Json("""{"heartbeatSeconds":7}""") : new HttpResponseMessage(Status);
    }

    private static HttpResponseMessage Json(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
}
