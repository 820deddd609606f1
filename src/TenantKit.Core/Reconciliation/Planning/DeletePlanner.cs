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
            var left = draining.ChangedAt + Min(LongestDrain, view.Options.DrainTimeout) - now;
            if (left > TimeSpan.Zero)
            {
                return new Plan
                {
                    Status = draining, Instances = InstanceRows.Draining(view), Ledger = ledger, Step = "drain", Requeue = left,
                };
            }
        }

        // A unit without compute may still have remains in the runtime that only a delete clears, so the ledger counts as well.
        var mustDelete = view.Unit is not null && (hasCompute || removeData || ledger.Contains(LedgerKind.Compute));
        if (mustDelete)
        {
            return new Plan
            {
                Status = status.To(TenantPhase.Deleting, StatusReasons.None, null, now),
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
        // The absence of the whole unit was just seen: nothing is left to account for.
        var kinds = view.Unit is null ? [] : view.State.Ledger.Select(static entry => entry.Kind).ToHashSet();
        if (view.Unit is { HasCompute: false } && view.State.Status.Reason == StatusReasons.DataRetained)
        {
            kinds.Remove(LedgerKind.Compute);
        }

        return kinds;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
