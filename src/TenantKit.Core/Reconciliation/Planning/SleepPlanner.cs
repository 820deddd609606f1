using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Planning;

/// <summary>Sleep, stop and suspension: withdraw, drain, end the compute, keep the data.</summary>
internal static class SleepPlanner
{
    public static Plan Next(TenantView view)
    {
        var (tenant, status, now) = (view.State.Tenant, view.State.Status, view.Now);
        if (view.Unit?.HasCompute == true)
        {
            return Stop(view);
        }

        var phase = tenant.Suspended ? TenantPhase.Suspended : view.Template.WakeOnRequest ? TenantPhase.Sleeping : TenantPhase.Stopped;
        var reason = tenant.Suspended ? StatusReasons.None
            : tenant.Origin == IntentOrigin.Background ? StatusReasons.Idle : StatusReasons.StoppedByOperator;
        var asleep = status.To(phase, reason, null, now).Reached(view.State) with { ConsecutiveFailures = 0 };
        return new Plan
        {
            Status = asleep with { LastAccessAt = view.LastAccessAt ?? status.LastAccessAt },
            Ledger = Kept(view),
            Outcome = PlanOutcome.Reached,
        };
    }

    /// <summary>Compute was just seen to be absent; data too, where no unit ever came about. Data that was there once is never forgotten.</summary>
    private static HashSet<LedgerKind> Kept(TenantView view)
    {
        var kinds = view.State.Ledger.Select(static entry => entry.Kind).ToHashSet();
        kinds.Remove(LedgerKind.Compute);
        if (view.Unit is { HasData: true })
        {
            // Also what came about after it was given up, by a start that took its effect late.
            kinds.Add(LedgerKind.Data);
        }
        else if (view.Unit is null && !view.State.Status.Provisioned)
        {
            kinds.Remove(LedgerKind.Data);
        }

        return kinds;
    }

    private static Plan Stop(TenantView view)
    {
        var (tenant, status, now) = (view.State.Tenant, view.State.Status, view.Now);
        // What is there is accounted for, whoever started it.
        var ledger = view.State.Ledger.Select(static entry => entry.Kind).Append(LedgerKind.Compute).ToHashSet();
        if (view.Unit!.HasData)
        {
            ledger.Add(LedgerKind.Data);
        }

        var idle = tenant.Origin == IntentOrigin.Background && !tenant.Suspended;
        if (idle && view.LastAccessAt > (status.LastAccessAt ?? DateTimeOffset.MinValue))
        {
            // Somebody used the tenant after the moment up to which it was known to be idle: the reason to sleep is gone.
            return new Plan { Status = status, Instances = InstanceRows.Observed(view), Ledger = ledger, CancelsSleep = true };
        }

        if (!view.IsDrained(tenant.Revision))
        {
            var draining = status.To(TenantPhase.Stopping, StatusReasons.Draining, null, now);
            var rows = InstanceRows.Draining(view);
            var left = view.DrainLeft(rows, view.Options.DrainTimeout, draining.ChangedAt);
            if (left > TimeSpan.Zero || idle)
            {
                // Idleness never cuts anybody off: a stream that began in the last moment keeps the tenant awake.
                return new Plan
                {
                    Status = draining, Instances = rows, Ledger = ledger, Step = "drain",
                    Requeue = left > TimeSpan.Zero ? left : view.Options.DrainTimeout,
                    CancelsSleep = left <= TimeSpan.Zero,
                };
            }
        }

        return new Plan
        {
            Status = status.Ending(TenantPhase.Stopping, now),
            Instances = InstanceRows.Draining(view),
            Ledger = ledger,
            Effect = EffectKind.Sleep,
            Step = "stop_unit",
        };
    }
}
