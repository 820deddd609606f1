using Microsoft.Extensions.Options;

namespace TenantKit.Agent;

/// <summary>Names everything that is wrong at once, and where each value is set.</summary>
internal sealed class TenantAgentOptionsValidator : IValidateOptions<TenantAgentOptions>
{
    public ValidateOptionsResult Validate(string? name, TenantAgentOptions options)
    {
        List<string> errors = [];
        if (options.Port is < 1 or > 65535)
        {
            errors.Add($"The port is not a number from 1 to 65535. Set it through {AgentProtocol.PortVariable}.");
        }

        if (!options.HealthPath.StartsWith('/') || options.HealthPath.StartsWith("//", StringComparison.Ordinal))
        {
            errors.Add("HealthPath must begin with one slash. Set it in AddTenantAgent(options => ...).");
        }

        if (!options.IsStandAlone && string.IsNullOrEmpty(options.InstanceId))
        {
            errors.Add($"The tenant is set and the instance is not. Set it through {AgentProtocol.InstanceIdVariable}.");
        }

        if (options.RegistrationUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")))
        {
            errors.Add($"The registration address is no absolute http(s) address. Set it through {AgentProtocol.RegistrationUrlVariable}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
