using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Operations;

namespace TenantKit.Admin.Operations;

/// <summary>A step of an operation.</summary>
internal sealed record StepResponse(
    string Name,
    [property: JsonConverter(typeof(CamelCaseEnum<OperationState>))] OperationState State,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string? Message);
