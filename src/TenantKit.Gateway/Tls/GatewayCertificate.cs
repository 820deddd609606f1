using System.ComponentModel.DataAnnotations;

namespace TenantKit.Gateway.Tls;

/// <summary>Where a certificate and its private key are.</summary>
public sealed class GatewayCertificate
{
    /// <summary>A PEM file, with the chain behind the certificate where there is one, or a PKCS #12 file (<c>.pfx</c>, <c>.p12</c>).</summary>
    [Required]
    public string Path { get; set; } = string.Empty;

    /// <summary>The PEM file of the private key.</summary>
    /// <value>The default is null: it is in the same file.</value>
    public string? KeyPath { get; set; }

    /// <summary>The password of a PKCS #12 file or of an encrypted key. Secret.</summary>
    /// <value>The default is null: none.</value>
    public string? Password { get; set; }
}
