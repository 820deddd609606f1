namespace TenantKit.Gateway.Registration;

/// <summary>The claims an instance may send.</summary>
internal enum RegistrationClaim
{
    Ready = Tenants.InstanceClaim.Ready,
    Unready = Tenants.InstanceClaim.Unready,
    Draining = Tenants.InstanceClaim.Draining,
}
