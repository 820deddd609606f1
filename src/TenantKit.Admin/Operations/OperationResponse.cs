using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Operations;

namespace TenantKit.Admin.Operations;

/// <summary>An operation.</summary>
internal sealed record OperationResponse(
    string Id,
    string Kind,
    [property: JsonConverter(typeof(CamelCaseEnum<OperationState>))] OperationState State,
    string TenantId,
    string? UserId,
    string Actor,
    IReadOnlyList<StepResponse> Steps,
    string? ErrorCode,
    string? ErrorMessage,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt)
{
    public static OperationResponse Of(Operation operation) => new(
        operation.Id,
        operation.Kind,
        operation.State,
        operation.TenantId,
        operation.UserId,
        operation.Actor,
        [.. operation.Steps.Select(static step => new StepResponse(step.Name, step.State, step.StartedAt, step.EndedAt, step.Message))],
        operation.ErrorCode,
        operation.ErrorMessage,
        operation.CreatedAt,
        operation.EndedAt);

    public static string LocationOf(string operationId) => "/api/admin/operations/" + operationId;
}
