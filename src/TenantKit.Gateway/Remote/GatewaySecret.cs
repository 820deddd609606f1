using System.Diagnostics.CodeAnalysis;
using TenantKit.Control.Remote;

namespace TenantKit.Gateway.Remote;

/// <summary>The secret shared with the control plane: a token that is set, or the one made of the key file that all gateways share.</summary>
internal static class GatewaySecret
{
    public static bool TryRead(
        RemoteControlPlaneOptions options, TenantGatewayOptions gateway, [NotNullWhen(true)] out GatewayTokens? tokens, [NotNullWhen(false)] out string? error)
    {
        if (options is not { Token: null or "", TokenFile: null or "" })
        {
            return GatewayTokens.TryRead(options.Token, options.TokenFile, RemoteControlPlaneOptions.SectionName, out tokens, out error);
        }

        (tokens, error) = (null, null);
        if (gateway.KeyDirectory is not { Length: > 0 } folder)
        {
            error = $"No gateway token is set. Name the folder with the control plane's {GatewayKeyFile.FileName} in {TenantGatewayOptions.KeySetting}; or set {RemoteControlPlaneOptions.SectionName}:TokenFile, when the control plane has TenantKit:Control:TokenFile.";
            return false;
        }

        try
        {
            using var key = GatewayKeyFile.Read(folder, TenantGatewayOptions.KeySetting);
            tokens = GatewayTokens.FromKey(key);
            return true;
        }
        catch (InvalidOperationException exception)
        {
            error = exception.Message;
            return false;
        }
    }
}
