using System.Text;
using TenantKit.Orchestration;

namespace TenantKit.Simulation.Parts;

/// <summary>Keys that name the instance: as good as secrets where nobody guesses.</summary>
internal sealed class Credentials : IInstanceCredentials
{
    public byte[] GetKey(string tenantId, string instanceId) => KeyOf(tenantId, instanceId);

    public static byte[] KeyOf(string tenantId, string instanceId) => Encoding.ASCII.GetBytes(tenantId + "/" + instanceId);
}
