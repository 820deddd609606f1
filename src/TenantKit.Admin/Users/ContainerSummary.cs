using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Tenants;

namespace TenantKit.Admin.Users;

/// <summary>A tenant's container in short.</summary>
/// <param name="Phase">Its phase.</param>
/// <param name="Url">Its address at the gateway.</param>
internal sealed record ContainerSummary([property: JsonConverter(typeof(CamelCaseEnum<TenantPhase>))] TenantPhase Phase, string Url)
{
    public static ContainerSummary Of(TenantPhase phase, Tenant tenant, TenantKitOptions options) =>
        new(phase, $"{options.GatewayUrl.TrimEnd('/')}/t/{tenant.Name}/");
}
