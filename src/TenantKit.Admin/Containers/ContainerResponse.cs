using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>The container of a tenant and its instances.</summary>
internal sealed record ContainerResponse(
    string UserId,
    string TenantId,
    string Name,
    [property: JsonConverter(typeof(CamelCaseEnum<TenantPhase>))] TenantPhase Phase,
    string Reason,
    [property: JsonConverter(typeof(CamelCaseEnum<DesiredState>))] DesiredState Desired,
    DateTimeOffset? LastAccessAt,
    IReadOnlyList<InstanceResponse> Instances)
{
    public static ContainerResponse Of(TenantState state, UnitUsage? usage, DateTimeOffset now) => new(
        state.Tenant.OwnerUserId,
        state.Tenant.Id,
        state.Tenant.Name,
        state.Status.Phase,
        state.Status.Reason,
        state.Tenant.Desired,
        state.Status.LastAccessAt,
        [.. state.Instances.Select(instance => InstanceResponse.Of(instance, usage, now))]);
}
