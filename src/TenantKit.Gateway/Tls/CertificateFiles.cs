using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TenantKit.Gateway.Tls;

/// <summary>Finds and reads the files of certificates.</summary>
internal static class CertificateFiles
{
    /// <summary>All that are to be read.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be read.</exception>
    public static List<GatewayCertificate> Find(GatewayTlsOptions options)
    {
        List<GatewayCertificate> found = [.. options.Certificates];
        if (options.CertificateDirectory is { } folder)
        {
            found.AddRange(Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Where(IsCertificate).Select(path => new GatewayCertificate
            {
                Path = path,
                KeyPath = !IsPkcs12(path) && Path.ChangeExtension(path, ".key") is var key && File.Exists(key) ? key : null,
                Password = options.Password,
            }));
        }

        return found;
    }

    /// <summary>What tells that a file has changed.</summary>
    public static string Stamp(GatewayCertificate file) => $"{file.Path}|{Stamp(file.Path)}|{(file.KeyPath is { } key ? Stamp(key) : null)}";

    /// <summary>Reads a certificate with its key, and the chain behind it.</summary>
    /// <exception cref="CryptographicException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) Read(GatewayCertificate file)
    {
        var chain = new X509Certificate2Collection();
        if (IsPkcs12(file.Path))
        {
            chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(file.Path, file.Password, X509KeyStorageFlags.DefaultKeySet);
        }
        else
        {
            chain.ImportFromPemFile(file.Path);
            chain.Add(file.Password is { } password && IsEncrypted(file.KeyPath ?? file.Path)
                ? X509Certificate2.CreateFromEncryptedPemFile(file.Path, password, file.KeyPath)
                : X509Certificate2.CreateFromPemFile(file.Path, file.KeyPath));
        }

        var certificate = chain.FirstOrDefault(static one => one.HasPrivateKey) ?? throw new CryptographicException("It holds no private key.");
        X509Certificate2[] own = [.. chain.Where(one => one.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))];
        chain.RemoveRange(own);
        return (certificate, chain);
    }

    // One password may be given for a whole folder.
    private static bool IsEncrypted(string path) => File.ReadAllText(path).Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);

    private static bool IsCertificate(string path) => IsPkcs12(path) || Path.GetExtension(path).ToLowerInvariant() is ".crt" or ".pem";

    private static bool IsPkcs12(string path) => Path.GetExtension(path).ToLowerInvariant() is ".pfx" or ".p12";

    // Mounted secrets are links to what is replaced behind them.
    private static string Stamp(string path)
    {
        var file = new FileInfo(path);
        var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return target.Exists ? $"{target.FullName} {target.LastWriteTimeUtc.Ticks} {target.Length}" : "none";
    }
}
