using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace TenantKit.Gateway.Resolution;

/// <summary>The domains of tenants' own, as the configuration has them now. A change that is wrong leaves them as they were.</summary>
internal sealed partial class TenantDomains : IDisposable
{
    private readonly IServiceProvider services;
    private readonly ILogger<TenantDomains> logger;
    private readonly IDisposable? changes;
    private FrozenDictionary<string, string> domains;

    public TenantDomains(IOptions<TenantGatewayOptions> options, IServiceProvider services, ILogger<TenantDomains> logger)
    {
        (this.services, this.logger) = (services, logger);
        domains = Freeze(options.Value);
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            changes = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
        }
    }

    public bool TryFind(string host, [NotNullWhen(true)] out string? tenantName) => Volatile.Read(ref domains).TryGetValue(host, out tenantName);

    public void Dispose() => changes?.Dispose();

    private void Reload()
    {
        try
        {
            var changed = Freeze(services.GetRequiredService<IOptionsFactory<TenantGatewayOptions>>().Create(Options.DefaultName));
            Volatile.Write(ref domains, changed);
            LogChanged(changed.Count);
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException or FormatException)
        {
            LogKept(exception.Message);
        }
    }

    private static FrozenDictionary<string, string> Freeze(TenantGatewayOptions options) => options.Domains.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    [LoggerMessage(1, LogLevel.Information, "The configuration was read again: {Count} domains are tenants' own.")]
    private partial void LogChanged(int count);

    [LoggerMessage(2, LogLevel.Error, "The changed configuration is wrong, tenants' domains stay as they were: {Problem}")]
    private partial void LogKept(string problem);
}
