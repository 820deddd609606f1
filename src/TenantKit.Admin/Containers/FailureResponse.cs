using TenantKit.Operations;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>What failed last, and when it is tried again. Only while it has not succeeded since.</summary>
internal sealed record FailureResponse(string Code, string? Message, string? Step, DateTimeOffset At, int InARow, DateTimeOffset? NextTryAt)
{
    public static FailureResponse? Of(TenantState state)
    {
        var status = state.Status;
        if (status.ConsecutiveFailures == 0 && status.Phase != TenantPhase.Failed)
        {
            return null;
        }

        var step = state.OpenOperations.SelectMany(static operation => operation.Steps).LastOrDefault(static step => step.State == OperationState.Failed);
        return new FailureResponse(status.Reason, status.Message ?? step?.Message, step?.Name, step?.EndedAt ?? status.ChangedAt, status.ConsecutiveFailures, status.RetryAt);
    }
}
