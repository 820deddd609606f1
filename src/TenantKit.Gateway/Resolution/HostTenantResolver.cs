namespace TenantKit.Gateway.Resolution;

/// <summary><c>{name}.{base domain}</c>.</summary>
internal sealed class HostTenantResolver : ITenantResolver
{
    public TenantReference? Resolve(in TenantResolutionRequest request) =>
        request.HostTenant is { } name ? TenantReference.ByName(name) : null;
}
