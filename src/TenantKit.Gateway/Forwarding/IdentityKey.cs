using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using TenantKit.Control.Remote;

namespace TenantKit.Gateway.Forwarding;

/// <summary>The key that signs the caller identity: from a file that only its owner reads, or of this process only.</summary>
/// <remarks>A gateway whose control plane is elsewhere never makes the file: one of its own would be another than the others'.</remarks>
internal sealed class IdentityKey : IDisposable
{
    public IdentityKey(IOptions<TenantGatewayOptions> options)
    {
        Key = options.Value switch
        {
            { KeyDirectory: null } => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            { KeyIsShared: true } shared => GatewayKeyFile.Read(shared.KeyDirectory, TenantGatewayOptions.KeySetting),
            var own => GatewayKeyFile.ReadOrCreate(own.KeyDirectory, TenantGatewayOptions.KeySetting),
        };
        Id = Convert.ToHexStringLower(SHA256.HashData(Key.ExportSubjectPublicKeyInfo()))[..16];
    }

    public ECDsa Key { get; }

    /// <summary>The key's id in tokens and in the key set: derived from the public key.</summary>
    public string Id { get; }

    public void Dispose() => Key.Dispose();
}
