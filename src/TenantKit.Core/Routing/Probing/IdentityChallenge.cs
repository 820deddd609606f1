using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TenantKit.Control;

namespace TenantKit.Routing.Probing;

/// <summary>One nonce and the check of its proof; see <see cref="WireProtocol"/>.</summary>
internal readonly struct IdentityChallenge
{
    private readonly string nonce;

    private IdentityChallenge(string nonce) => this.nonce = nonce;

    public string Path => $"{WireProtocol.IdentityProofPath}?nonce={nonce}";

    public static IdentityChallenge New() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Null when the body proves that the instance holds the key; otherwise what is wrong.</summary>
    public string? Verify(ReadOnlySpan<byte> body, string tenantId, string instanceId, ReadOnlySpan<byte> key)
    {
        IdentityProof? answer;
        try
        {
            answer = JsonSerializer.Deserialize(body, ProbeJson.Default.IdentityProof);
        }
        catch (JsonException)
        {
            return "The identity proof is not JSON.";
        }

        if (answer?.TenantId != tenantId || answer.InstanceId != instanceId)
        {
            return "Another instance answers at this address.";
        }

        Span<byte> given = stackalloc byte[32];
        Span<byte> expected = stackalloc byte[32];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"tenantkit-probe\0{nonce}\0{tenantId}\0{instanceId}"), expected);
        return answer.Proof?.Length == 64
            && Convert.FromHexString(answer.Proof, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, expected)
                ? null
                : "The identity proof is wrong: whoever answers does not hold the instance's key.";
    }
}
