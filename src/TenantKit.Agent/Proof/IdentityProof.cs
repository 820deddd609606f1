using System.Security.Cryptography;
using System.Text;

namespace TenantKit.Agent.Proof;

/// <summary>The answer to an identity probe.</summary>
/// <param name="TenantId">The tenant served.</param>
/// <param name="InstanceId">The instance that answers.</param>
/// <param name="Proof">Lower-case hexadecimal of the keyed hash over nonce, tenant and instance.</param>
internal sealed record IdentityProof(string TenantId, string InstanceId, string Proof)
{
    public static IdentityProof Create(byte[] key, string nonce, string tenantId, string instanceId)
    {
        var message = Encoding.UTF8.GetBytes($"{AgentProtocol.ProofLabel}\0{nonce}\0{tenantId}\0{instanceId}");
        return new IdentityProof(tenantId, instanceId, Convert.ToHexStringLower(HMACSHA256.HashData(key, message)));
    }
}
