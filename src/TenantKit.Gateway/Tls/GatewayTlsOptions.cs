using System.ComponentModel.DataAnnotations;

namespace TenantKit.Gateway.Tls;

/// <summary>TLS at <see cref="TenantGatewayOptions.Url"/>, when that is https; configuration section <c>TenantKit:Gateway:Tls</c>.</summary>
/// <remarks>
/// Which certificate a client gets is decided by the name it asks for (SNI) and the DNS names in the certificates: a whole name first, then a
/// wildcard for its first label; of several, the one that is valid longest. Without any certificate here the web server's own configuration counts.
/// </remarks>
public sealed class GatewayTlsOptions
{
    /// <summary>
    /// Folder of certificates: <c>NAME.pfx</c> or <c>NAME.p12</c>, or <c>NAME.crt</c> or <c>NAME.pem</c> with the key in <c>NAME.key</c> or in the same
    /// file. What comes, changes or goes there counts without a restart.
    /// </summary>
    /// <value>The default is null: none.</value>
    public string? CertificateDirectory { get; set; }

    /// <summary>The password of PKCS #12 files and encrypted keys in <see cref="CertificateDirectory"/>. Secret.</summary>
    /// <value>The default is null: none.</value>
    public string? Password { get; set; }

    /// <summary>Certificates that are elsewhere.</summary>
    /// <value>The default is empty.</value>
    public IList<GatewayCertificate> Certificates { get; } = [];

    /// <summary>A name whose certificate those get who ask for none or for one that nobody has.</summary>
    /// <value>The default is null: they are refused in the handshake.</value>
    public string? DefaultName { get; set; }

    /// <summary>How often the files are looked at for changes.</summary>
    /// <value>The default is 10 seconds; 100 milliseconds to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Address of a listener that sends every request on to https, with 308. Only <c>http</c>.</summary>
    /// <value>The default is null: no such listener.</value>
    public string? RedirectUrl { get; set; }

    /// <summary>The port that clients are sent on to.</summary>
    /// <value>The default is null: the one of <see cref="TenantGatewayOptions.Url"/>.</value>
    [Range(1, 65535)]
    public int? RedirectPort { get; set; }

    /// <summary>How long browsers are told to use nothing but https for a host (<c>Strict-Transport-Security</c>), whatever its app says.</summary>
    /// <value>The default is null: they are not told. Up to ten years.</value>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan? Hsts { get; set; }

    internal bool HasCertificates => CertificateDirectory is not null || Certificates.Count > 0;
}
