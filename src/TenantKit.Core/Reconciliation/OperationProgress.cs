using TenantKit.Operations;
using TenantKit.Reconciliation.Planning;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation;

/// <summary>Carries a plan over to the steps and ends of the open operations.</summary>
internal static class OperationProgress
{
    public static IReadOnlyList<Operation> Apply(TenantState state, Plan plan, DateTimeOffset now, ChangeSet changes)
    {
        List<Operation> ended = [];
        foreach (var operation in state.OpenOperations)
        {
            if (operation.TargetGeneration > state.Tenant.Generation)
            {
                continue;
            }

            var next = Advance(operation, plan, now);
            if (next != operation)
            {
                changes.Put(next);
                if (next.EndedAt is not null)
                {
                    ended.Add(next);
                }
            }
        }

        return ended;
    }

    private static Operation Advance(Operation operation, Plan plan, DateTimeOffset now)
    {
        var steps = Steps(operation.Steps, plan, now);
        return plan.Outcome switch
        {
            PlanOutcome.Reached => operation with { State = OperationState.Succeeded, Steps = steps, EndedAt = now },
            PlanOutcome.Failed => operation with
            {
                State = OperationState.Failed, Steps = steps, EndedAt = now, ErrorCode = plan.Status.Reason, ErrorMessage = plan.Status.Message,
            },
            _ => ReferenceEquals(steps, operation.Steps) && operation.State == OperationState.Running
                ? operation
                : operation with { State = OperationState.Running, Steps = steps },
        };
    }

    /// <summary>A step ends when the next one begins, or with the operation.</summary>
    private static IReadOnlyList<OperationStep> Steps(IReadOnlyList<OperationStep> steps, Plan plan, DateTimeOffset now)
    {
        var last = steps.Count == 0 ? null : steps[^1];
        var open = plan.Outcome == PlanOutcome.Open;
        if (open && (plan.Step is null || (last is { EndedAt: null } && last.Name == plan.Step)))
        {
            return steps;
        }

        List<OperationStep> next = [.. steps];
        if (last is { EndedAt: null })
        {
            var failed = plan.Outcome == PlanOutcome.Failed;
            next[^1] = last with
            {
                State = failed ? OperationState.Failed : OperationState.Succeeded, EndedAt = now, Message = failed ? plan.Status.Message : last.Message,
            };
        }

        if (open)
        {
            next.Add(new OperationStep(plan.Step!, OperationState.Running, now, null, null));
        }

        return next;
    }
}
