using TenantKit.Orchestration;

namespace TenantKit.Docker.Tests.Engine;

/// <summary>Keys for engines that start nothing.</summary>
internal sealed class NoCredentials : IInstanceCredentials
{
    public byte[] GetKey(string tenantId, string instanceId) => new byte[32];
}
