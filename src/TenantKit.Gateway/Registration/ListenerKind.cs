namespace TenantKit.Gateway.Registration;

/// <summary>What a listener is for.</summary>
internal enum ListenerKind
{
    /// <summary>Tenants and their users.</summary>
    Public,

    /// <summary>Instances that register, and those who look after the gateway.</summary>
    Internal,

    /// <summary>Clients that are sent on to https.</summary>
    Redirect,
}
