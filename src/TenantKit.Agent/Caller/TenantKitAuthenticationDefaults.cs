namespace TenantKit.Agent.Caller;

/// <summary>Names of the agent's authentication scheme.</summary>
public static class TenantKitAuthenticationDefaults
{
    /// <summary>The scheme that verifies the caller identity which the gateway signs. It is the default scheme of the app.</summary>
    public const string AuthenticationScheme = "TenantKit";
}
