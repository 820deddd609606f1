using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using TenantKit.Gateway.Access;
using TenantKit.Gateway.Forwarding;
using TenantKit.Gateway.Health;

namespace TenantKit.Gateway.LoadBalancing;

/// <summary>Keeps a session with its instance by a cookie, which only gateways can make and which tells nothing about the instance.</summary>
/// <remarks>
/// The value is a keyed hash of tenant and instance: it is never decoded, only compared with those of the tenant's own instances. So a cookie
/// of another tenant, a forged one and one whose instance is gone are all the same: no preference. The key comes from the one that gateways share.
/// </remarks>
internal sealed class SessionAffinity
{
    private readonly byte[] secret;

    public SessionAffinity(IdentityKey key)
    {
        var parameters = key.Key.ExportParameters(includePrivateParameters: true);
        secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, parameters.D!, 32, info: "tenantkit-affinity"u8.ToArray());
        CryptographicOperations.ZeroMemory(parameters.D);
    }

    /// <summary>The instance that the request's session belongs to; null when it has none, or it takes no requests.</summary>
    public InstanceSlot? Find(HttpRequest request, InstanceSlot[] available)
    {
        foreach (var header in request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim();
                if (pair.StartsWith(GatewayCookies.Affinity + "=", StringComparison.Ordinal) && Find(pair[(GatewayCookies.Affinity.Length + 1)..], available) is { } slot)
                {
                    return slot;
                }
            }
        }

        return null;
    }

    /// <summary>The <c>Set-Cookie</c> that binds a session to an instance, for as long as the browser runs.</summary>
    public string Bind(HttpRequest request, string prefix, InstanceSlot slot) =>
        $"{GatewayCookies.Affinity}={TagOf(slot)}; Path={(prefix.Length == 0 ? "/" : prefix)}; HttpOnly; SameSite=Lax{(request.IsHttps ? "; Secure" : string.Empty)}";

    private InstanceSlot? Find(ReadOnlySpan<char> value, InstanceSlot[] available)
    {
        foreach (var slot in available)
        {
            if (value.SequenceEqual(TagOf(slot)))
            {
                return slot;
            }
        }

        return null;
    }

    private string TagOf(InstanceSlot slot) =>
        slot.AffinityTag ??= Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{slot.TenantId}\0{slot.InstanceId}")).AsSpan(0, 16));
}
