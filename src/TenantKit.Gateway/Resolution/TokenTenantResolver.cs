namespace TenantKit.Gateway.Resolution;

/// <summary>The tenant claim of the caller's token.</summary>
internal sealed class TokenTenantResolver : ITenantResolver
{
    public TenantReference? Resolve(in TenantResolutionRequest request) =>
        request.CallerTenantId is { } id ? TenantReference.ById(id) : null;
}
