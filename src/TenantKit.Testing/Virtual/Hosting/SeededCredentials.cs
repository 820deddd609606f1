using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TenantKit.Orchestration;

namespace TenantKit.Testing.Virtual.Hosting;

/// <summary>Keys of instances that the seed determines, so that they are the same in every run and after every crash.</summary>
internal sealed class SeededCredentials : IInstanceCredentials
{
    private readonly byte[] secret = new byte[sizeof(ulong)];

    public SeededCredentials(ulong seed) => BinaryPrimitives.WriteUInt64BigEndian(secret, seed);

    public byte[] GetKey(string tenantId, string instanceId) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{tenantId}\0{instanceId}"));
}
