using Microsoft.AspNetCore.Http;

namespace TenantKit.Gateway.Resolution;

/// <summary>What a resolver may look at.</summary>
/// <param name="HttpContext">The request, after the edge has cleaned it.</param>
/// <param name="Path">The path as it was sent, canonical, percent-encoded.</param>
/// <param name="IsGatewayHost">True when the Host header names the gateway itself, not a tenant.</param>
/// <param name="HostTenant">The tenant's name in the Host header; null when it names the gateway.</param>
/// <param name="CallerTenantId">The tenant in the caller's token; null when there is no caller or it has no tenant.</param>
public readonly record struct TenantResolutionRequest(
    HttpContext HttpContext,
    string Path,
    bool IsGatewayHost,
    string? HostTenant,
    string? CallerTenantId);
