using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TenantKit.Agent.Context;
using TenantKit.Agent.Proof;

namespace TenantKit.Agent.Registration;

/// <summary>One registration call. Never throws for what the other side does.</summary>
internal sealed class RegistrationClient(AgentHttpClient http, InstanceKey key, ITenantContext tenant, IOptions<TenantAgentOptions> options, TimeProvider time)
{
    internal static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(10);

    public async Task<RegistrationResult> SendAsync(string claim, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (options.Value.RegistrationUrl is not { } url || key.Read() is not { } secret)
        {
            return default;
        }

        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, AgentProtocol.RegisterPath));
            request.Headers.Authorization = new AuthenticationHeaderValue(AgentProtocol.InstanceScheme, Convert.ToHexStringLower(secret));
            var body = new RegistrationRequest(tenant.TenantId, tenant.InstanceId, claim, options.Value.Port, options.Value.HealthPath);
            request.Content = JsonContent.Create(body, AgentJson.Default.RegistrationRequest);
            using var response = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            var heartbeat = DefaultHeartbeat;
            if (response.IsSuccessStatusCode)
            {
                await response.Content.LoadIntoBufferAsync(4096, both.Token).ConfigureAwait(false);
                var reply = await response.Content.ReadFromJsonAsync(AgentJson.Default.RegistrationReply, both.Token).ConfigureAwait(false);
                heartbeat = reply is { HeartbeatSeconds: > 0 and <= 300 } ? TimeSpan.FromSeconds(reply.HeartbeatSeconds) : DefaultHeartbeat;
            }

            return new RegistrationResult((int)response.StatusCode, heartbeat);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return default;
        }
    }
}
