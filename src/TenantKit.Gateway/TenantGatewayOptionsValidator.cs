using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using TenantKit.Gateway.Edge;
using TenantKit.Gateway.LoadBalancing;
using TenantKit.Gateway.Pages;
using TenantKit.Gateway.Tls;
using TenantKit.Routing;

namespace TenantKit.Gateway;

/// <summary>The rules that attributes cannot say, all reported at once.</summary>
internal sealed class TenantGatewayOptionsValidator(IEnumerable<ILoadBalancingPolicy> policies, IConfiguration? configuration = null) : IValidateOptions<TenantGatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, TenantGatewayOptions options)
    {
        var errors = new List<string>();
        CheckUrl(errors, nameof(options.Url), options.Url);
        CheckUrl(errors, nameof(options.InternalUrl), options.InternalUrl);
        if (string.Equals(options.Url, options.InternalUrl, StringComparison.OrdinalIgnoreCase) && !options.Url.EndsWith(":0", StringComparison.Ordinal))
        {
            errors.Add($"{Setting(nameof(options.InternalUrl))} must not be the public address '{options.Url}'. Give it a port of its own that only instances reach.");
        }

        if (options.Http2Url is { } clear)
        {
            CheckUrl(errors, nameof(options.Http2Url), clear);
            if (!clear.StartsWith("http:", StringComparison.OrdinalIgnoreCase))
            {
                errors.Add($"{Setting(nameof(options.Http2Url))} '{clear}' is for HTTP/2 without TLS. Set it to an http address, or leave it out: {nameof(options.Url)} with https takes HTTP/2 as well.");
            }
        }

        if (Uri.CheckHostName(options.BaseDomain) != UriHostNameType.Dns)
        {
            errors.Add($"{Setting(nameof(options.BaseDomain))} '{options.BaseDomain}' is no domain. Set it to one whose first label names a tenant, such as apps.example.com.");
        }

        if (!LoadBalancingSettings.TryParse(options.LoadBalancing, out var balancing, out var problem))
        {
            errors.Add($"{Setting(nameof(options.LoadBalancing))} '{options.LoadBalancing}' cannot be read. {problem}");
        }
        else if (balancing.Policy is { } named && !policies.Any(policy => policy.Name == named))
        {
            errors.Add($"{Setting(nameof(options.LoadBalancing))} '{named}' is no known policy. Known are: {string.Join(", ", policies.Select(policy => policy.Name).Order(StringComparer.Ordinal))}.");
        }

        if (options.MaxWaitingPerTenant > options.MaxWaiting || options.MaxWaitingBytesPerTenant > options.MaxWaitingBytes)
        {
            errors.Add($"The limits of one tenant ({nameof(options.MaxWaitingPerTenant)}, {nameof(options.MaxWaitingBytesPerTenant)}) must not exceed those of the gateway ({nameof(options.MaxWaiting)}, {nameof(options.MaxWaitingBytes)}).");
        }

        if (options is { SnapshotDirectory: not null, KeyDirectory: null })
        {
            errors.Add($"{Setting(nameof(options.SnapshotDirectory))} needs {TenantGatewayOptions.KeySetting}: the snapshot is encrypted with a key made of the one there. Set both, or neither.");
        }

        CheckProxies(errors, options);
        TlsSettingsRules.Check(options, errors);
        PageRules.Check(options.Pages, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private void CheckProxies(List<string> errors, TenantGatewayOptions options)
    {
        var name = Setting(nameof(options.TrustedProxies));
        foreach (var text in options.TrustedProxies)
        {
            if (!TrustedProxies.TryParse(text, out var network))
            {
                errors.Add($"{name} '{text}' is neither an address nor a network. Set it to one, such as 10.1.2.3 or 10.1.0.0/16.");
            }
            else if (network.PrefixLength == 0)
            {
                errors.Add($"{name} '{text}' is everybody: each client could say that it is another one. Name your proxies only.");
            }
        }

        CheckTenantHeader(errors, options);

        // ASPNETCORE_FORWARDEDHEADERS_ENABLED: the web host then believes these headers of everybody, before the gateway sees the request.
        if (string.Equals(configuration?["ForwardedHeaders_Enabled"], "true", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add($"ASPNETCORE_FORWARDEDHEADERS_ENABLED makes the web host believe X-Forwarded-* of every client. Remove it, and name your proxies in {name}.");
        }
    }

    private static void CheckTenantHeader(List<string> errors, TenantGatewayOptions options)
    {
        if (options.TenantHeader is not { } header)
        {
            return;
        }

        var name = Setting(nameof(options.TenantHeader));
        if (!header.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || header.Length < 3 || !header.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') || ClientHeaders.IsReserved(header))
        {
            errors.Add($"{name} '{header}' cannot name a tenant: the gateway or HTTP uses it, or it is no name of a header. Set it to a name of your own that begins with X-, such as X-Tenant.");
        }

        if (options.TrustedProxies.Count == 0)
        {
            errors.Add($"{name} is set and {Setting(nameof(options.TrustedProxies))} is empty: nobody could name a tenant. Name your proxies there.");
        }
    }

    private static void CheckUrl(List<string> errors, string name, string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.PathAndQuery != "/")
        {
            errors.Add($"{Setting(name)} '{value}' is no address to listen on. Set it to http or https, a host and a port, such as http://127.0.0.1:5081.");
        }
    }

    private static string Setting(string name) => $"{TenantGatewayOptions.SectionName}:{name}";
}
