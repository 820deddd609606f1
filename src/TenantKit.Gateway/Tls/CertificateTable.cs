using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace TenantKit.Gateway.Tls;

/// <summary>Certificates by the names they are for. Immutable.</summary>
internal sealed class CertificateTable
{
    private readonly FrozenDictionary<string, SslStreamCertificateContext> byName;
    private readonly SslStreamCertificateContext? standard;

    public CertificateTable(IEnumerable<(X509Certificate2 Certificate, X509Certificate2Collection Chain)> certificates, string? defaultName)
    {
        var names = new Dictionary<string, SslStreamCertificateContext>(StringComparer.OrdinalIgnoreCase);
        foreach (var (certificate, chain) in certificates.OrderBy(static one => one.Certificate.NotAfter))
        {
            var context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
            foreach (var name in NamesOf(certificate))
            {
                names[name] = context;
            }
        }

        byName = names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        standard = defaultName is null ? null : Match(defaultName);
    }

    /// <summary>How many names there are.</summary>
    public int Count => byName.Count;

    /// <summary>False when the default name was given and has no certificate.</summary>
    public bool HasDefault => standard is not null;

    /// <summary>The certificate for a name, or the default one; null for none.</summary>
    public SslStreamCertificateContext? Find(string? name) => (string.IsNullOrEmpty(name) ? null : Match(name)) ?? standard;

    /// <summary>The DNS names a certificate is for.</summary>
    public static IEnumerable<string> NamesOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names => names.EnumerateDnsNames());

    private SslStreamCertificateContext? Match(string name)
    {
        if (byName.TryGetValue(name, out var exact))
        {
            return exact;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && byName.TryGetValue(string.Concat("*", name.AsSpan(dot)), out var wildcard) ? wildcard : null;
    }
}
