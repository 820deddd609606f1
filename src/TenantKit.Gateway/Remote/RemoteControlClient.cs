using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using TenantKit.Control;
using TenantKit.Control.Remote;

namespace TenantKit.Gateway.Remote;

/// <summary>
/// Calls the control plane over HTTP: any replica that answers, the one that answered last first. Reports go to every replica, as each keeps its
/// own picture of the gateways.
/// </summary>
internal sealed class RemoteControlClient : IControlClient
{
    private readonly ControlPeers peers;
    private readonly IOptions<RemoteControlPlaneOptions> options;
    private readonly TimeProvider time;
    private readonly RemoteReports[] reports;
    private int preferred;

    public RemoteControlClient(ControlPeers peers, IOptions<RemoteControlPlaneOptions> options, TimeProvider time)
    {
        this.peers = peers;
        this.options = options;
        this.time = time;
        reports = [.. peers.Addresses.Select(address => new RemoteReports(async (report, token) =>
            (await SendAsync(address, HttpMethod.Post, GatewayProtocol.ActivityPath, GatewayJson.Write(report), options.Value.CallTimeout, token)).Dispose()))];
    }

    public Task<WakeAnswer> WakeAsync(WakeRequest request, CancellationToken cancellationToken) =>
        CallAsync<WakeAnswer>(HttpMethod.Post, GatewayProtocol.WakePath, GatewayJson.Write(request), options.Value.CallTimeout, isRepeatable: true, cancellationToken);

    public Task<RegistrationAnswer> RegisterInstanceAsync(InstanceRegistration registration, CancellationToken cancellationToken) =>
        CallAsync<RegistrationAnswer>(HttpMethod.Post, GatewayProtocol.RegisterPath, GatewayJson.Write(registration), options.Value.CallTimeout, isRepeatable: true, cancellationToken);

    public Task<AccessTokenKeys> GetAccessTokenKeysAsync(CancellationToken cancellationToken) =>
        CallAsync<AccessTokenKeys>(HttpMethod.Get, GatewayProtocol.AccessTokenKeysPath, null, options.Value.CallTimeout, isRepeatable: true, cancellationToken);

    // A second try of a password that the first replica may have judged would count twice against the account.
    public Task<SignInAnswer> SignInAsync(SignInRequest request, CancellationToken cancellationToken) =>
        CallAsync<SignInAnswer>(HttpMethod.Post, GatewayProtocol.SignInPath, GatewayJson.Write(request), options.Value.CallTimeout * 6, isRepeatable: false, cancellationToken);

    public async Task ReportActivityAsync(ActivityReport report, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        await foreach (var sent in Task.WhenEach(reports.Select(link => link.SendAsync(report, cancellationToken))).WithCancellation(cancellationToken))
        {
            if (await sent is not { } failure)
            {
                return;
            }

            failures.Add(failure);
        }

        throw Unavailable(failures);
    }

    private async Task<T> CallAsync<T>(HttpMethod method, string path, byte[]? body, TimeSpan longest, bool isRepeatable, CancellationToken cancellationToken)
        where T : class
    {
        var failures = new List<Exception>();
        for (var i = 0; i < peers.Addresses.Count; i++)
        {
            var index = (int)((uint)preferred % (uint)peers.Addresses.Count);
            try
            {
                using var answer = await SendAsync(peers.Addresses[index], method, path, body, longest, cancellationToken);
                return await GatewayJson.ReadAsync<T>(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or TimeoutException)
            {
                failures.Add(exception);
                Interlocked.Increment(ref preferred);
                if (!isRepeatable && !ReachedNobody(exception))
                {
                    break;
                }
            }
        }

        throw Unavailable(failures);
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, HttpMethod method, string path, byte[]? body, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var answer = await peers.Client.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            using (answer)
            {
                throw new HttpRequestException($"{address} answered {(int)answer.StatusCode}.", null, answer.StatusCode);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{address} did not answer within {longest.TotalSeconds} s.");
        }
    }

    private static bool ReachedNobody(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    }
    or HttpRequestException { StatusCode: HttpStatusCode.ServiceUnavailable };

    private static ControlPlaneUnavailableException Unavailable(List<Exception> failures) =>
        new($"No replica of the control plane took the call: {string.Join(' ', failures.Select(static failure => failure.Message))}", failures[0]);
}
