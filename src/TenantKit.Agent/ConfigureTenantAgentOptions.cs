using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace TenantKit.Agent;

/// <summary>Reads the options from the variables that TenantKit sets for an instance.</summary>
internal sealed class ConfigureTenantAgentOptions(IConfiguration configuration) : IConfigureOptions<TenantAgentOptions>
{
    public void Configure(TenantAgentOptions options)
    {
        options.TenantId = Read(AgentProtocol.TenantIdVariable);
        options.TenantName = Read(AgentProtocol.TenantNameVariable) ?? options.TenantName;
        options.InstanceId = Read(AgentProtocol.InstanceIdVariable);
        options.KeyFile = Read(AgentProtocol.KeyFileVariable);
        options.DataDirectory = Read(AgentProtocol.DataDirectoryVariable) ?? options.DataDirectory;
        options.UserId = Read(AgentProtocol.UserIdVariable);
        options.DatabaseName = Read(AgentProtocol.DatabaseNameVariable) ?? options.DatabaseName;
        if (Read(AgentProtocol.RegistrationUrlVariable) is { } url)
        {
            // What is no address becomes a relative one, so that the validator can name it.
            options.RegistrationUrl = Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : new Uri(url, UriKind.Relative);
        }

        if (Read(AgentProtocol.PortVariable) is { } port)
        {
            options.Port = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        }
    }

    private string? Read(string name) => configuration[name] is { Length: > 0 } value ? value : null;
}
