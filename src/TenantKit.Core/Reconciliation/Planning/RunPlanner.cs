using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Planning;

/// <summary>Awake: as many current, ready instances as are desired.</summary>
/// <remarks>
/// 1. Count crashes: instances recorded as living that ended by themselves.
/// 2. Instances of an older epoch, or beyond the wanted number, are withdrawn and drained before anything replaces or stops them.
/// 3. Too few or too many instances, or a generation the runtime has not been told of: ensure, in turn and after the back-off.
/// 4. Otherwise wait for readiness, and give up a start that takes too long.
/// </remarks>
internal static class RunPlanner
{
    private static readonly HashSet<LedgerKind> Both = [LedgerKind.Compute, LedgerKind.Data];
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SlowestLook = TimeSpan.FromMilliseconds(500);

    /// <summary>Starts that failed in a row before people are told that it failed; the tries go on.</summary>
    internal const int FailuresUntilFailed = 3;

    public static Plan Next(TenantView view)
    {
        var tenant = view.State.Tenant;
        var live = view.Live;
        var status = CountCrashes(view, live);                                                      // 1
        var rows = InstanceRows.Observed(view);

        if (DrainOld(view, status, rows) is { } draining)                                           // 2
        {
            return draining;
        }

        var current = live.Count(instance => instance.RestartEpoch >= tenant.RestartEpoch);
        if (status.AppliedGeneration < tenant.Generation || current != tenant.Replicas || live.Count != current)
        {
            return Ensure(view, status, rows, current);                                             // 3
        }

        return Await(view, status, rows);                                                           // 4
    }

    private static TenantStatus CountCrashes(TenantView view, IReadOnlyList<InstanceObservation> live)
    {
        var status = view.State.Status;
        var crashed = view.State.Instances.Count(row =>
            row.State is InstanceState.Starting or InstanceState.Ready or InstanceState.Unhealthy
            && row.RestartEpoch >= view.State.Tenant.RestartEpoch
            && live.All(instance => instance.Id != row.Id));
        if (crashed > 0)
        {
            // What the runtime did not answer was no failure of the app, and its own end may have been the app's.
            var failures = status.Reason == StatusReasons.OrchestratorUnavailable ? 1 : status.ConsecutiveFailures + 1;
            return status with { ConsecutiveFailures = failures, RetryAt = view.Now + view.Backoff.After(failures) };
        }

        var stable = live.Count > 0 && status.Phase == TenantPhase.Running && view.Now - status.ChangedAt > StableAfter;
        return stable && status.ConsecutiveFailures > 0 ? status with { ConsecutiveFailures = 0, RetryAt = null } : status;
    }

    private static Plan? DrainOld(TenantView view, TenantStatus status, IReadOnlyList<Instance> rows)
    {
        var old = rows.Where(row => row.State == InstanceState.Draining && view.Leaving.Contains(row.Id)).ToList();
        if (old.Count == 0)
        {
            return null;
        }

        var stays = rows.Any(static row => row.State is InstanceState.Ready or InstanceState.Starting);
        var draining = status.To(stays ? Alive(status) : TenantPhase.Stopping, StatusReasons.Draining, null, view.Now);
        var left = view.DrainLeft(old, view.Options.DrainTimeout, draining.ChangedAt);
        var withdrawn = view.State.Instances.Where(row => old.Any(other => other.Id == row.Id) && row.State == InstanceState.Draining).ToList();
        var recorded = withdrawn.Count == old.Count;
        if (left > TimeSpan.Zero && (!recorded || !view.IsDrained(withdrawn.Max(static row => row.Revision))))
        {
            return new Plan
            {
                Status = draining, Instances = rows, Ledger = Both, Step = "drain",
                // Until the withdrawal is recorded nobody can have followed it: look again right after the record.
                Requeue = recorded ? left : TimeSpan.Zero,
            };
        }

        return null;
    }

    private static Plan Ensure(TenantView view, TenantStatus status, IReadOnlyList<Instance> rows, int current)
    {
        var (tenant, now) = (view.State.Tenant, view.Now);
        var alive = rows.Any(static row => row.State == InstanceState.Ready);
        if (view.BackoffLeft(status) is { } left)
        {
            var starts = rows.Any(static row => row.State == InstanceState.Starting);
            var failed = (status.Phase == TenantPhase.Failed || status.ConsecutiveFailures >= FailuresUntilFailed) && !alive;
            var message = LastExit(view, rows);
            return new Plan
            {
                Status = failed
                    ? status.To(TenantPhase.Failed, FailureReason(status), message ?? status.Message, now)
                    : status.To(alive ? TenantPhase.Degraded : Starting(status), FailureReason(status), message ?? status.Message, now),
                Instances = rows,
                Ledger = Both,
                Requeue = left,
                Outcome = failed ? PlanOutcome.Failed : PlanOutcome.Open,
                LeavesStart = !starts,
                IsStarting = starts,
            };
        }

        if (current < tenant.Replicas && !view.TryEnterStart())
        {
            return new Plan
            {
                Status = status.To(alive ? TenantPhase.Degraded : Starting(status), StatusReasons.WaitingForStartSlot, null, now),
                Instances = rows, Ledger = Both, LeavesStart = false,
            };
        }

        return new Plan
        {
            Status = status.To(alive ? Alive(status) : Starting(status), StatusReasons.None, null, now),
            Instances = rows, Ledger = Both, Effect = EffectKind.Ensure, Step = "start_unit", LeavesStart = false,
        };
    }

    private static Plan Await(TenantView view, TenantStatus status, IReadOnlyList<Instance> rows)
    {
        var now = view.Now;
        var ready = rows.Count(static row => row.State == InstanceState.Ready);
        if (ready == rows.Count && ready > 0)
        {
            var running = status.To(TenantPhase.Running, StatusReasons.None, null, now).Reached(view.State);
            return new Plan
            {
                Status = KeepLastAccess(running, view), Instances = rows, Ledger = Both, Outcome = PlanOutcome.Reached, Requeue = view.Template.Probe.Interval,
            };
        }

        var starting = rows.Where(static row => row.State == InstanceState.Starting).ToList();
        if (starting.Count > 0 && status is { Phase: TenantPhase.Failed, Reason: StatusReasons.NotReadyInTime })
        {
            // Told of already; what is left to do is to stop it. Counting it again would be a change, and the change another look.
            return new Plan { Status = status, Instances = InstanceRows.Draining(view), Ledger = Both, Effect = EffectKind.Sleep, LeavesStart = false, IsStarting = true };
        }

        // Counted from what this control plane saw and wrote itself: the runtime's clock may be another one.
        var waited = starting.Count > 0 && status.Reason == StatusReasons.WaitingForReady ? now - status.ChangedAt : TimeSpan.Zero;
        if (waited > view.Template.Probe.StartTimeout)
        {
            var failures = Math.Max(status.ConsecutiveFailures + 1, FailuresUntilFailed);
            var why = Told(view) ?? view.Probes.Values.FirstOrDefault(static probe => !probe.Passed)?.Problem;
            return new Plan
            {
                Status = (status with { ConsecutiveFailures = failures, RetryAt = now + view.Backoff.After(failures) }).To(
                    TenantPhase.Failed, StatusReasons.NotReadyInTime,
                    $"The app was not ready within {view.Template.Probe.StartTimeout.TotalSeconds:0} s of its start. {why}".TrimEnd(), now),
                Instances = InstanceRows.Draining(view), Ledger = Both, Effect = EffectKind.Sleep, Step = "stop_unit", Outcome = PlanOutcome.Failed,
                LeavesStart = false, IsStarting = true,
            };
        }

        var phase = ready > 0 ? TenantPhase.Degraded : starting.Count > 0 ? Starting(status) : TenantPhase.Degraded;
        var look = TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 8, FirstLook.Ticks, SlowestLook.Ticks));
        return new Plan
        {
            Status = status.To(phase, StatusReasons.WaitingForReady, Told(view), now),
            Instances = rows,
            Ledger = Both,
            Step = starting.Count > 0 ? "wait_ready" : null,
            Requeue = starting.Count > 0 ? look : view.Template.Probe.Interval,
            LeavesStart = starting.Count == 0,
            IsStarting = starting.Count > 0,
        };
    }

    /// <summary>The last access is stored lazily: at most once a minute, so that traffic does not become writes.</summary>
    private static TenantStatus KeepLastAccess(TenantStatus status, TenantView view) =>
        view.LastAccessAt is { } access && access - (status.LastAccessAt ?? DateTimeOffset.MinValue) > StableAfter
            ? status with { LastAccessAt = access }
            : status;

    /// <summary>With an instance that takes requests a tenant is not failed, whatever was said before.</summary>
    private static TenantPhase Alive(TenantStatus status) => status.Phase == TenantPhase.Running ? TenantPhase.Running : TenantPhase.Degraded;

    private static TenantPhase Starting(TenantStatus status) => status.Provisioned ? TenantPhase.Starting : TenantPhase.Provisioning;

    private static string FailureReason(TenantStatus status) => IsFailure(status.Reason) ? status.Reason : StatusReasons.CrashLoop;

    /// <summary>True for a reason that says why something failed; every other one says what is going on.</summary>
    internal static bool IsFailure(string reason) =>
        reason is not (StatusReasons.None or StatusReasons.WaitingForStartSlot or StatusReasons.WaitingForReady or StatusReasons.Draining
            or StatusReasons.Idle or StatusReasons.StoppedByOperator or StatusReasons.DataRetained);

    /// <summary>What the runtime says about an instance that is not ready yet.</summary>
    private static string? Told(TenantView view) =>
        view.Live.FirstOrDefault(static instance => instance.Message is not null)?.Message;

    private static string? LastExit(TenantView view, IReadOnlyList<Instance> rows) =>
        rows.LastOrDefault(static row => row.State == InstanceState.Exited) is { } exited
            ? view.Unit?.Instances.LastOrDefault(instance => instance.Id == exited.Id)?.Message is { } told ? told
            : exited.ExitCode is { } code ? $"The app exited with code {code}. Its logs tell more." : "The app ended. Its logs tell more."
            : null;
}
