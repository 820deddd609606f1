using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using TenantKit.Diagnostics;

namespace TenantKit.Admin.SignIn;

/// <summary>The ES256 key that access tokens are signed with, kept as <c>access-token.key</c> in <see cref="TenantKitOptions.KeyDirectory"/> (PKCS#8 PEM, mode 0600).</summary>
/// <remarks>Created at first use. All replicas must see the same file. To change the key, stop the host and remove the file: everybody signs in again.</remarks>
internal sealed class AccessTokenKey : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly ECDsa ecdsa;

    public AccessTokenKey(IOptions<TenantKitOptions> options)
    {
        var path = Path.Combine(options.Value.KeyDirectory ?? Path.Combine(options.Value.DataDirectory, "keys"), "access-token.key");
        try
        {
            ecdsa = Load(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"The signing key '{path}' cannot be read or created: {exception.Message} Make TenantKit:KeyDirectory (or keys in TenantKit:DataDirectory) writable, or remove a damaged key file.", exception);
        }

        SecurityKey = new ECDsaSecurityKey(ecdsa);
        SecurityKey.KeyId = Base64UrlEncoder.Encode(SecurityKey.ComputeJwkThumbprint());
        PublicKey = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(
            new ECDsaSecurityKey(ECDsa.Create(ecdsa.ExportParameters(includePrivateParameters: false))) { KeyId = SecurityKey.KeyId });
        CursorKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, ecdsa.ExportPkcs8PrivateKey(), 32, info: "tenantkit-cursor"u8.ToArray());
    }

    /// <summary>The key pair; its id is the RFC 7638 thumbprint.</summary>
    public ECDsaSecurityKey SecurityKey { get; }

    /// <summary>The public half.</summary>
    public JsonWebKey PublicKey { get; }

    /// <summary>Authenticates list cursors; the same in all replicas and over restarts.</summary>
    public byte[] CursorKey { get; }

    public void Dispose() => ecdsa.Dispose();

    private static ECDsa Load(string path)
    {
        if (!File.Exists(path))
        {
            Create(path);
        }

        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key.KeySize == 256 ? key : throw new CryptographicException("The key is not a P-256 key.");
    }

    private static void Create(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        var draft = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var settings = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            settings.UnixCreateMode = OwnerOnly;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using (var stream = new FileStream(draft, settings))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
            stream.Flush(flushToDisk: true);
        }

        NewFile.Place(draft, path); // whole or not at all; of two hosts that start together the first wins
    }
}
