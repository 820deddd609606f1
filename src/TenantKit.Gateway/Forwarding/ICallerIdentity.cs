using TenantKit.Gateway.Access;
using TenantKit.Routing;

namespace TenantKit.Gateway.Forwarding;

/// <summary>Tells the app who asks.</summary>
internal interface ICallerIdentity
{
    /// <summary>The value of <see cref="Control.WireProtocol.IdentityHeader"/> for a caller in a tenant.</summary>
    string Sign(Caller caller, Route route);
}
