using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Admin.Operations;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>Why a tenant is as it is.</summary>
internal sealed record ExplainResponse(
    string UserId,
    string TenantId,
    string Name,
    [property: JsonConverter(typeof(CamelCaseEnum<TenantPhase>))] TenantPhase Phase,
    string Reason,
    string? Message,
    DateTimeOffset Since,
    [property: JsonConverter(typeof(CamelCaseEnum<DesiredState>))] DesiredState Desired,
    bool Suspended,
    long Generation,
    long ObservedGeneration,
    int ConsecutiveFailures,
    DateTimeOffset? RetryAt,
    DateTimeOffset? LastAccessAt,
    IReadOnlyList<Cause> Causes,
    IReadOnlyList<InstanceResponse> Instances,
    IReadOnlyList<OperationResponse> OpenOperations);
