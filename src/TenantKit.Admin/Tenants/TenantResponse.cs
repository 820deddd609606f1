using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Tenants;

namespace TenantKit.Admin.Tenants;

/// <summary>A tenant.</summary>
internal sealed record TenantResponse(
    string Id,
    string Name,
    string OwnerUserId,
    string Template,
    int TemplateVersion,
    [property: JsonConverter(typeof(CamelCaseEnum<DesiredState>))] DesiredState Desired,
    bool Suspended,
    [property: JsonConverter(typeof(CamelCaseEnum<TenantPhase>))] TenantPhase Phase,
    string Reason,
    string? Message,
    ResourcesBody Resources,
    int Replicas,
    IReadOnlyDictionary<string, string> Labels,
    string Url,
    DateTimeOffset? LastAccessAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DeletedAt)
{
    public static TenantResponse Of(TenantState state, TenantKitOptions options)
    {
        var (tenant, status) = (state.Tenant, state.Status);
        return new TenantResponse(
            tenant.Id,
            tenant.Name,
            tenant.OwnerUserId,
            tenant.TemplateName,
            tenant.TemplateVersion,
            tenant.Desired,
            tenant.Suspended,
            status.Phase,
            status.Reason,
            status.Message,
            Quantity.Print(tenant.Resources),
            tenant.Replicas,
            tenant.Labels,
            $"{options.GatewayUrl.TrimEnd('/')}/t/{tenant.Name}/",
            status.LastAccessAt,
            tenant.CreatedAt,
            tenant.DeletedAt);
    }
}
