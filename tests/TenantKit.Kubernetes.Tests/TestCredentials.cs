using System.Security.Cryptography;
using System.Text;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Tests;

internal sealed class TestCredentials : IInstanceCredentials
{
    public byte[] GetKey(string tenantId, string instanceId) => SHA256.HashData(Encoding.UTF8.GetBytes($"{tenantId}/{instanceId}"));
}
