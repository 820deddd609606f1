using TenantKit.Tenants;

namespace TenantKit.Gateway.Resolution;

/// <summary>What a domain of a tenant's own must be like.</summary>
internal static class DomainRules
{
    public static void Check(TenantGatewayOptions options, List<string> errors)
    {
        foreach (var (domain, tenant) in options.Domains)
        {
            var setting = $"{TenantGatewayOptions.SectionName}:{nameof(options.Domains)}:{domain}";
            if (Uri.CheckHostName(domain) != UriHostNameType.Dns || domain.EndsWith('.'))
            {
                errors.Add($"{setting} is no domain. Write it as clients do, such as shop.example.com.");
            }
            else if (domain.EndsWith("." + options.BaseDomain, StringComparison.OrdinalIgnoreCase) || string.Equals(domain, options.BaseDomain, StringComparison.OrdinalIgnoreCase))
            {
                errors.Add($"{setting} is the base domain or below it, where the first label names the tenant. Leave it out.");
            }

            if (TenantName.Validate(tenant) is not null)
            {
                errors.Add($"{setting} '{tenant}' is no tenant's name. Set it to the name of the tenant that the domain belongs to.");
            }
        }
    }
}
