using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Planning;

/// <summary>Deletion: withdraw, drain, destroy compute, keep the data for its retention, destroy the data, tombstone.</summary>
internal static class DeletePlanner
{
    /// <summary>Requests of a deleted tenant get this long to finish, at most.</summary>
    internal static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(5);

    public static Plan Next(TenantView view)
    {
        var (tenant, status, now) = (view.State.Tenant, view.State.Status, view.Now);
        var dataDue = (tenant.DeletedAt ?? now) + view.Options.DataRetention;
        var removeData = now >= dataDue;
        var ledger = Ledger(view);
        var hasCompute = view.Unit?.HasCompute == true;

        if (hasCompute && !view.IsDrained(tenant.Revision))
        {
            var draining = status.To(TenantPhase.Deleting, StatusReasons.Draining, null, now);
            var rows = InstanceRows.Draining(view);
            var left = view.DrainLeft(rows, Min(LongestDrain, view.Options.DrainTimeout), draining.ChangedAt);
            if (left > TimeSpan.Zero)
            {
                return new Plan
                {
                    Status = draining, Instances = rows, Ledger = ledger, Step = "drain", Requeue = left,
                };
            }
        }

        // What is neither compute nor data, such as the trace of an ended instance, goes with a delete as well.
        var mustDelete = view.Unit is not null && (hasCompute || removeData || !view.Unit.HasData);
        if (mustDelete)
        {
            return new Plan
            {
                Status = status.Ending(TenantPhase.Deleting, now),
                Instances = InstanceRows.Draining(view),
                Ledger = ledger,
                Effect = removeData ? EffectKind.DeleteAll : EffectKind.DeleteCompute,
                Step = removeData ? "delete_unit_and_data" : "delete_unit",
            };
        }

        if (view.Unit is { HasData: true })
        {
            return new Plan
            {
                Status = status.To(TenantPhase.Deleting, StatusReasons.DataRetained, $"The data is kept until {dataDue:u}.", now).Reached(view.State),
                Ledger = new HashSet<LedgerKind> { LedgerKind.Data },
                Outcome = PlanOutcome.Reached,
                Requeue = dataDue - now,
            };
        }

        return new Plan
        {
            Status = status.To(TenantPhase.Deleted, StatusReasons.None, null, now).Reached(view.State),
            Outcome = PlanOutcome.Reached,
        };
    }

    private static HashSet<LedgerKind> Ledger(TenantView view)
    {
        // What was just seen to be absent is no longer accounted for.
        var kinds = view.Unit is null ? [] : view.State.Ledger.Select(static entry => entry.Kind).ToHashSet();
        if (view.Unit?.HasCompute != true)
        {
            kinds.Remove(LedgerKind.Compute);
        }

        return kinds;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
