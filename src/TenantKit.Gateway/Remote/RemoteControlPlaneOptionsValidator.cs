using Microsoft.Extensions.Options;
using TenantKit.Control.Remote;

namespace TenantKit.Gateway.Remote;

/// <summary>No gateway without a control plane and the secret it shares with it, all errors at once.</summary>
internal sealed class RemoteControlPlaneOptionsValidator(IOptions<TenantGatewayOptions> gateway) : IValidateOptions<RemoteControlPlaneOptions>
{
    public ValidateOptionsResult Validate(string? name, RemoteControlPlaneOptions options)
    {
        var errors = new List<string>();
        if (options.Addresses.Count == 0)
        {
            errors.Add($"{RemoteControlPlaneOptions.SectionName}:Addresses is empty. Name the control plane's replicas there, such as {RemoteControlPlaneOptions.SectionName}:Addresses:0 = https://control.example.com:5083.");
        }

        errors.AddRange(options.Addresses.Select((address, i) =>
            GatewayAddress.Judge(address, options.AllowInsecureHttp, RemoteControlPlaneOptions.SectionName, $"{nameof(options.Addresses)}:{i}")).OfType<string>());
        if (!GatewaySecret.TryRead(options, gateway.Value, out _, out var error))
        {
            errors.Add(error);
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
