using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Activation;

/// <summary>Bounds how many requests wait, and how much memory they hold, for one tenant and altogether: one cold tenant must not exhaust the gateway.</summary>
/// <remarks>
/// A waiting request's body is not read: at most <see cref="TenantGatewayOptions.RequestBufferBytes"/> of it are in the server's buffer, the
/// rest stays with the client. So that is what it counts, or its declared length when that is less.
/// </remarks>
internal sealed class WaitingRoom(IOptions<TenantGatewayOptions> options)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Count, long Bytes)> tenants = new(StringComparer.Ordinal);
    private int count;
    private long bytes;

    /// <summary>Requests that wait now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return count;
            }
        }
    }

    /// <summary>Bytes that a request counts.</summary>
    public long SizeOf(HttpRequest request) => request.ContentLength is { } length
        ? Math.Min(length, options.Value.RequestBufferBytes)
        : request.Headers.TransferEncoding.Count > 0 || HttpProtocol.IsHttp2(request.Protocol) && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
            ? options.Value.RequestBufferBytes
            : 0;

    /// <summary>Takes a place; false when there is none left.</summary>
    public bool TryEnter(string tenantId, long size)
    {
        var limits = options.Value;
        lock (gate)
        {
            var (waiting, held) = tenants.GetValueOrDefault(tenantId);
            if (waiting >= limits.MaxWaitingPerTenant || held + size > limits.MaxWaitingBytesPerTenant
                || count >= limits.MaxWaiting || bytes + size > limits.MaxWaitingBytes)
            {
                return false;
            }

            tenants[tenantId] = (waiting + 1, held + size);
            count++;
            bytes += size;
            return true;
        }
    }

    /// <summary>Gives the place back.</summary>
    public void Leave(string tenantId, long size)
    {
        lock (gate)
        {
            var (waiting, held) = tenants[tenantId];
            if (waiting == 1)
            {
                tenants.Remove(tenantId);
            }
            else
            {
                tenants[tenantId] = (waiting - 1, held - size);
            }

            count--;
            bytes -= size;
        }
    }
}
