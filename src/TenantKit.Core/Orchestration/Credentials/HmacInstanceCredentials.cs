using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace TenantKit.Orchestration.Credentials;

/// <summary>Derives instance keys from the installation's secret, so that none has to be stored.</summary>
internal sealed class HmacInstanceCredentials(IOptions<TenantKitOptions> options) : IInstanceCredentials
{
    private const string Purpose = "tenantkit-instance";
    private readonly Lazy<byte[]> secret = new(
        () => InstallationSecret.LoadOrCreate(options.Value.KeyDirectory ?? Path.Combine(options.Value.DataDirectory, "keys")),
        LazyThreadSafetyMode.PublicationOnly);

    public byte[] GetKey(string tenantId, string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenantId);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return HMACSHA256.HashData(secret.Value, Encoding.UTF8.GetBytes($"{Purpose}\0{tenantId}\0{instanceId}"));
    }
}
