using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace TenantKit.Gateway.Forwarding;

/// <summary>The key that signs the caller identity: from a file that only its owner reads, or of this process only.</summary>
internal sealed class IdentityKey : IDisposable
{
    private const string FileName = "gateway-identity.key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public IdentityKey(IOptions<TenantGatewayOptions> options)
    {
        Key = options.Value.KeyDirectory is { } folder ? LoadOrCreate(folder) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Id = Convert.ToHexStringLower(SHA256.HashData(Key.ExportSubjectPublicKeyInfo()))[..16];
    }

    public ECDsa Key { get; }

    /// <summary>The key's id in tokens and in the key set: derived from the public key.</summary>
    public string Id { get; }

    public void Dispose() => Key.Dispose();

    private static ECDsa LoadOrCreate(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            Create(folder, path);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
        {
            throw new InvalidOperationException($"The key file '{path}' can be read by others. Run: chmod 600 '{path}'. If strangers may have read it, delete it: a new one is made.");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidOperationException($"The key file '{path}' holds no private EC key in PEM. Restore it, or delete it: a new one is made.", exception);
        }
    }

    // Written beside and moved without overwriting: of two gateways that start at once, both end with the first one's key.
    private static void Create(string folder, string path)
    {
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $"{FileName}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using var file = new StreamWriter(draft, options);
            file.Write(key.ExportPkcs8PrivateKeyPem());
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
