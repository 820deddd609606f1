using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Control;

namespace TenantKit.Gateway.Access;

/// <summary>The keys of access tokens, fetched at first use, then every ten minutes, and when a token names a key that is not among them.</summary>
/// <remarks>Strangers can send tokens with invented key ids: so those cause one fetch in ten seconds at most, shared by all who wait for it.</remarks>
internal sealed partial class AccessTokenKeyCache(IControlClient control, TimeProvider time, ILogger<AccessTokenKeyCache> logger) : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MinAge = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim fetching = new(1);
    private volatile AccessTokenKeySet? current;

    /// <summary>Raised after other keys than before were fetched; the handler must be quick.</summary>
    public event Action? Changed;

    /// <summary>The keys as the control plane told them; null when they are not known.</summary>
    public AccessTokenKeys? Known => current?.Source;

    /// <summary>The keys to check a token with; null when they are not known and cannot be fetched now.</summary>
    public async ValueTask<AccessTokenKeySet?> GetAsync(string? keyId, CancellationToken cancellationToken)
    {
        var known = current;
        if (known is not null && !NeedsFetch(known, keyId))
        {
            return known;
        }

        await fetching.WaitAsync(cancellationToken);
        try
        {
            known = current;
            if (known is null || NeedsFetch(known, keyId))
            {
                await FetchAsync(known, cancellationToken);
            }

            return current;
        }
        finally
        {
            fetching.Release();
        }
    }

    /// <summary>Fetches them now; false when that failed, and those at hand stay.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await fetching.WaitAsync(cancellationToken);
        try
        {
            return await FetchAsync(current, cancellationToken);
        }
        finally
        {
            fetching.Release();
        }
    }

    /// <summary>Takes keys of an earlier process, to begin with.</summary>
    /// <exception cref="ArgumentException">They cannot be read.</exception>
    public void Seed(AccessTokenKeys keys) => current ??= Read(keys);

    public void Dispose() => fetching.Dispose();

    private bool NeedsFetch(AccessTokenKeySet known, string? keyId)
    {
        var age = time.GetElapsedTime(known.FetchedAt);
        return age > MaxAge || (age > MinAge && keyId is not null && !known.Contains(keyId));
    }

    private async Task<bool> FetchAsync(AccessTokenKeySet? known, CancellationToken cancellationToken)
    {
        try
        {
            current = Read(await control.GetAccessTokenKeysAsync(cancellationToken));
        }
        catch (Exception exception) when (exception is ControlPlaneUnavailableException or ArgumentException)
        {
            // The keys at hand go on being used: their age is counted anew, so that this is not tried with every request.
            LogFetchFailed(exception);
            current = known is null ? null : known with { FetchedAt = time.GetTimestamp() };
            return false;
        }

        if (known?.Source != current.Source)
        {
            Changed?.Invoke();
        }

        return true;
    }

    private AccessTokenKeySet Read(AccessTokenKeys keys) => new(keys, [.. new JsonWebKeySet(keys.JsonWebKeySet).GetSigningKeys()], time.GetTimestamp());

    [LoggerMessage(1, LogLevel.Warning, "The keys of access tokens could not be fetched from the control plane.")]
    private partial void LogFetchFailed(Exception exception);
}
