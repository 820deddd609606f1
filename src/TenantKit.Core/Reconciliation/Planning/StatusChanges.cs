using TenantKit.Tenants;

namespace TenantKit.Reconciliation.Planning;

/// <summary>Moves a status on; <see cref="TenantStatus.ChangedAt"/> moves only with the phase or the reason.</summary>
internal static class StatusChanges
{
    public static TenantStatus To(this TenantStatus status, TenantPhase phase, string reason, string? message, DateTimeOffset now) =>
        status with
        {
            Phase = phase,
            Reason = reason,
            Message = message,
            // A moment in the future was written by a clock that was wrong: what is counted from it would take for ever.
            ChangedAt = status.Phase == phase && status.Reason == reason && status.ChangedAt <= now ? status.ChangedAt : now,
        };

    /// <summary>An end of compute or data is under way. While it fails, people go on reading why: the next try says nothing new until it has succeeded.</summary>
    public static TenantStatus Ending(this TenantStatus status, TenantPhase phase, DateTimeOffset now) =>
        status.ConsecutiveFailures > 0 && RunPlanner.IsFailure(status.Reason)
            ? status.To(status.Phase == TenantPhase.Failed ? TenantPhase.Failed : phase, status.Reason, status.Message, now)
            : status.To(phase, StatusReasons.None, null, now);

    /// <summary>What was asked for is reached.</summary>
    public static TenantStatus Reached(this TenantStatus status, TenantState state) =>
        status with
        {
            ObservedGeneration = state.Tenant.Generation,
            AppliedGeneration = state.Tenant.Generation,
            RetryAt = null,
        };
}
