using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TenantKit.Gateway.Tests.Tls;

/// <summary>A folder of certificates that are signed by themselves.</summary>
internal sealed class TestCertificates : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("tenantkit-tls-").FullName;

    public string AddPem(string file, params string[] names)
    {
        using var certificate = Issue(names);
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(Folder, file + ".key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(Folder, file + ".crt"), certificate.ExportCertificatePem());
        return certificate.Thumbprint;
    }

    public string AddPfx(string file, string password, params string[] names)
    {
        using var certificate = Issue(names);
        File.WriteAllBytes(Path.Combine(Folder, file + ".pfx"), certificate.Export(X509ContentType.Pkcs12, password));
        return certificate.Thumbprint;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static X509Certificate2 Issue(string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }
}
