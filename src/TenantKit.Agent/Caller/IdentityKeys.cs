using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace TenantKit.Agent.Caller;

/// <summary>The gateway's public keys: fetched when an unknown one is named, by one caller for all, at most every few seconds; the last good ones are kept.</summary>
internal sealed partial class IdentityKeys(AgentHttpClient http, IOptions<TenantAgentOptions> options, TimeProvider time, ILogger<IdentityKeys> logger)
{
    private const int MaxBytes = 64 * 1024;
    internal static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private Dictionary<string, SecurityKey> keys = [];
    private DateTimeOffset nextFetch = DateTimeOffset.MinValue;
    private DateTimeOffset fetchedAt = DateTimeOffset.MinValue;
    private volatile bool failed;
    private Task? fetch;

    /// <summary>
    /// Finds a key. While the gateway cannot be asked, a key that is not known may well be good: the search goes on for a while, and then
    /// says that it cannot tell, which is not the same as no.
    /// </summary>
    /// <returns>The key, or null when the gateway has none of that id.</returns>
    /// <exception cref="IdentityKeysUnavailableException">The gateway could not be asked.</exception>
    public async ValueTask<SecurityKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref keys).TryGetValue(keyId, out var key) && time.GetUtcNow() - fetchedAt < MaxAge)
        {
            return key;
        }

        var patience = time.GetUtcNow() + Patience;
        while (true)
        {
            await RefreshAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            if (Volatile.Read(ref keys).TryGetValue(keyId, out key))
            {
                return key;
            }

            if (!failed)
            {
                return null;
            }

            var wait = nextFetch - time.GetUtcNow();
            if (time.GetUtcNow() + wait >= patience)
            {
                throw new IdentityKeysUnavailableException();
            }

            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Fetches the keys unless that was done a moment ago.</summary>
    public Task RefreshAsync()
    {
        lock (gate)
        {
            if (fetch is { IsCompleted: false })
            {
                return fetch;
            }

            if (options.Value.RegistrationUrl is null || time.GetUtcNow() < nextFetch)
            {
                return Task.CompletedTask;
            }

            return fetch = FetchAsync(new Uri(options.Value.RegistrationUrl, AgentProtocol.IdentityKeysPath));
        }
    }

    private async Task FetchAsync(Uri address)
    {
        nextFetch = time.GetUtcNow() + RetryInterval;
        try
        {
            using var limit = new CancellationTokenSource(Timeout, time);
            using var response = await http.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                failed = true;
                LogRefused(address, (int)response.StatusCode);
                return;
            }

            await response.Content.LoadIntoBufferAsync(MaxBytes, limit.Token).ConfigureAwait(false);
            var set = new JsonWebKeySet(await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false));
            var found = set.Keys
                .Where(key => key is { Kty: "EC", Crv: "P-256", Kid.Length: > 0 } && key.Use is null or "" or "sig")
                .DistinctBy(key => key.Kid)
                .ToDictionary(key => key.Kid, SecurityKey (key) => key);
            Volatile.Write(ref keys, found);
            fetchedAt = time.GetUtcNow();
            nextFetch = fetchedAt + MinInterval;
            failed = false;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or SocketException or ArgumentException or System.Text.Json.JsonException)
        {
            failed = true;
            LogFailed(address, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The identity keys at {Address} were refused with {Status}; the ones known are kept.")]
    private partial void LogRefused(Uri address, int status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The identity keys at {Address} could not be read ({Reason}); the ones known are kept.")]
    private partial void LogFailed(Uri address, string reason);
}
