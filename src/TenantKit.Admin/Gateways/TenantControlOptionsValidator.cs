using Microsoft.Extensions.Options;
using TenantKit.Control.Remote;

namespace TenantKit.Admin.Gateways;

/// <summary>No listener for gateways without a secret, and none that would give it away.</summary>
internal sealed class TenantControlOptionsValidator : IValidateOptions<TenantControlOptions>
{
    public ValidateOptionsResult Validate(string? name, TenantControlOptions options)
    {
        var errors = new List<string>();
        if (GatewayAddress.Judge(options.Url, options.AllowInsecureHttp, TenantControlOptions.SectionName, nameof(options.Url)) is { } unsafe_)
        {
            errors.Add(unsafe_);
        }

        if (ControlSecret.Judge(options) is { } error)
        {
            errors.Add(error);
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
