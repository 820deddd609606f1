using TenantKit.Gateway.Resolution;

namespace TenantKit.Gateway.Tls;

/// <summary>What attributes cannot say about <see cref="GatewayTlsOptions"/>.</summary>
internal static class TlsSettingsRules
{
    private const string Section = TenantGatewayOptions.SectionName + ":" + nameof(TenantGatewayOptions.Tls) + ":";

    public static void Check(TenantGatewayOptions options, List<string> errors)
    {
        var tls = options.Tls;
        var secure = options.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        if (!secure && (tls.HasCertificates || tls.RedirectUrl is not null))
        {
            errors.Add($"{Section}* has settings, but {TenantGatewayOptions.SectionName}:{nameof(options.Url)} '{options.Url}' is not https. Make it an https address.");
        }

        if (tls.RedirectUrl is { } redirect && (!Uri.TryCreate(redirect, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp))
        {
            errors.Add($"{Section}{nameof(tls.RedirectUrl)} '{redirect}' is no http address. Set it to one, such as http://0.0.0.0:80, or leave it out.");
        }

        if (tls.DefaultName is not null && !tls.HasCertificates)
        {
            errors.Add($"{Section}{nameof(tls.DefaultName)} is set, but no certificate. Set {Section}{nameof(tls.CertificateDirectory)} as well.");
        }

        for (var i = 0; i < tls.Certificates.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(tls.Certificates[i].Path))
            {
                errors.Add($"{Section}{nameof(tls.Certificates)}:{i}:{nameof(GatewayCertificate.Path)} is missing. Set it to the file of the certificate.");
            }
        }

        DomainRules.Check(options, errors);
    }
}
