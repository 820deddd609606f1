using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>Where a tenant stands.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Phase">Its phase.</param>
internal sealed record PhaseResponse(string TenantId, [property: JsonConverter(typeof(CamelCaseEnum<TenantPhase>))] TenantPhase Phase);
