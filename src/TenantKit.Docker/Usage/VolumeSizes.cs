using System.Net.Sockets;
using System.Text.Json;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Usage;

/// <summary>
/// How much units' volumes hold. The engine measures all volumes at once, by walking through them: it is asked at most once a minute, and only
/// when somebody asks. It measures once at a time, for whoever asks, and refuses a second time meanwhile ("a disk usage operation is already
/// running"): what was measured before stands then, and is measured again at the next question. The client library does not read what engines
/// before version 29 answer, so that this one call is made here.
/// </summary>
internal sealed class VolumeSizes(EngineClient engine) : IDisposable
{
    private const int MostTries = 10;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim turn = new(1);
    private HttpClient? http;
    private Dictionary<string, long> sizes = [];
    private long? readAt;

    /// <summary>Bytes of the unit's volumes; 0 when the engine cannot tell.</summary>
    public async Task<long> ReadAsync(UnitRef unit, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (readAt is not { } at || engine.Time.GetElapsedTime(at) > Fresh)
            {
                await MeasureAsync(readAt is null ? MostTries : 1, cancellationToken).ConfigureAwait(false);
            }

            return sizes.GetValueOrDefault(UnitNames.Volume(unit.Name)) + sizes.GetValueOrDefault(UnitNames.DatabaseVolume(unit.Name));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        http?.Dispose();
        turn.Dispose();
    }

    private async Task MeasureAsync(int tries, CancellationToken cancellationToken)
    {
        for (var left = tries; left > 0; left--)
        {
            if (await FetchAsync(cancellationToken).ConfigureAwait(false) is { } measured)
            {
                sizes = measured;
                readAt = engine.Time.GetTimestamp();
                return;
            }

            if (left > 1)
            {
                await Task.Delay(Pause, engine.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Null when the engine does not measure now.</summary>
    private async Task<Dictionary<string, long>?> FetchAsync(CancellationToken cancellationToken)
    {
        http ??= Connect(engine.Endpoint);
        if (http is null)
        {
            return [];
        }

        using var answer = await http.GetAsync(new Uri("/system/df?type=volume", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }

        var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var json = await JsonDocument.ParseAsync(body, default, cancellationToken).ConfigureAwait(false);
        return Parse(json.RootElement);
    }

    /// <summary>Engines answer <c>Volumes: […]</c>, newer ones <c>VolumeUsage: { Items: […] }</c>.</summary>
    internal static Dictionary<string, long> Parse(JsonElement answer)
    {
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        var isOld = answer.TryGetProperty("Volumes", out var volumes) && volumes.ValueKind == JsonValueKind.Array;
        if (!isOld && !(answer.TryGetProperty("VolumeUsage", out var usage) && usage.TryGetProperty("Items", out volumes) && volumes.ValueKind == JsonValueKind.Array))
        {
            return found;
        }

        foreach (var volume in volumes.EnumerateArray())
        {
            if (volume.TryGetProperty("Name", out var name) && volume.TryGetProperty("UsageData", out var data) && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("Size", out var size) && size.GetInt64() >= 0)
            {
                found[name.GetString()!] = size.GetInt64();
            }
        }

        return found;
    }

    private static HttpClient? Connect(Uri endpoint) => endpoint.Scheme switch
    {
        "unix" => new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, token) => OpenAsync(endpoint.LocalPath, token) }) { BaseAddress = new Uri("http://engine") },
        "tcp" or "http" => new HttpClient { BaseAddress = new UriBuilder(endpoint) { Scheme = "http" }.Uri },
        _ => null,
    };

    private static async ValueTask<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
