using System.Security.Cryptography;
using TenantKit.Diagnostics;

namespace TenantKit.Control.Remote;

/// <summary>
/// The file that all gateways of an installation share, and a control plane with gateways on other hosts as well: a private P-256 key in PEM,
/// readable by its owner only. It signs the caller's identity towards the apps, and <see cref="GatewayTokens.FromKey"/> makes the gateway token of it.
/// </summary>
public static class GatewayKeyFile
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "gateway-identity.key";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the key.</summary>
    /// <param name="folder">The folder that holds the file.</param>
    /// <param name="setting">The setting that names the folder, for the error.</param>
    /// <returns>The key; the caller disposes of it.</returns>
    /// <exception cref="InvalidOperationException">There is none, others can read it, or it is damaged; the message says what to do.</exception>
    public static ECDsa Read(string folder, string setting)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new InvalidOperationException(
                $"There is no key file '{path}'. The control plane makes it at its first start, in the folder of TenantKit:Control:KeyDirectory. Copy it from there (mode 600), or name its folder in {setting}; all gateways share this one file.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
        {
            throw new InvalidOperationException($"The key file '{path}' of {setting} can be read by others. Run: chmod 600 '{path}'. If strangers may have read it, delete it, on every host: a new one is made.");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key.KeySize == 256 ? key : throw new CryptographicException("The key is not a P-256 key.");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new InvalidOperationException($"The key file '{path}' of {setting} holds no private EC key in PEM that can be read. Restore it, or delete it, on every host: a new one is made.", exception);
        }
    }

    /// <summary>Reads the key; where there is none, makes it.</summary>
    /// <param name="folder">The folder that holds the file.</param>
    /// <param name="setting">The setting that names the folder, for the error.</param>
    /// <returns>The key; the caller disposes of it.</returns>
    /// <remarks>Of two that make it at once, both end with the first one's.</remarks>
    /// <exception cref="InvalidOperationException">It cannot be read or made; the message says what to do.</exception>
    public static ECDsa ReadOrCreate(string folder, string setting)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            try
            {
                Create(folder, path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new InvalidOperationException($"The key file '{path}' cannot be made: {exception.Message} Make the folder of {setting} writable, or name another one.", exception);
            }
        }

        return Read(folder, setting);
    }

    // Written beside and moved without overwriting: whole or not at all.
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

        NewFile.Place(draft, path);
    }
}
