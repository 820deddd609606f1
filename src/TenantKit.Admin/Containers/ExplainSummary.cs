using System.Globalization;
using TenantKit.Admin.Http;
using TenantKit.Explanation;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary>The answer in one or two sentences, for people. A pure function.</summary>
internal static class ExplainSummary
{
    public static string Of(TenantExplanation explanation)
    {
        var (tenant, status) = (explanation.State.Tenant, explanation.State.Status);
        var phase = $"{tenant.Name} is {EnumText.Of(status.Phase)}";
        return status.Phase switch
        {
            TenantPhase.Running or TenantPhase.Degraded => $"{phase}. {Awake(explanation)}{Unwell(explanation)}",
            TenantPhase.Sleeping => $"{phase}: {Why(status)}. {(explanation.Template.WakeOnRequest ? "A request of somebody who may enter wakes it." : "Only an administrator or operator starts it.")}",
            TenantPhase.Failed => $"{phase}: {Why(status)}. {Retry(status)}",
            TenantPhase.Suspended => $"{phase}: an administrator has locked it.",
            _ => $"{phase}: {Why(status)}.{Queue(explanation)} {(status.RetryAt is null ? "" : Retry(status))}".TrimEnd(),
        };
    }

    private static string Awake(TenantExplanation explanation) => explanation.Sleep switch
    {
        null => "It is not meant to run any more.",
        { IdleTimeout: null } => "It never sleeps.",
        { Blockers: [var first, ..] } => $"It does not sleep: {Lower(first.Detail)}",
        _ => "Nothing keeps it awake any more.",
    };

    private static string Unwell(TenantExplanation explanation)
    {
        var out_ = explanation.Gateways.SelectMany(static gateway => gateway.Instances).Where(static instance => instance.State is "ejected" or "unhealthy")
            .Select(static instance => instance.InstanceId).Distinct().Count();
        return out_ == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" Gateways leave {out_} of its instances out.");
    }

    private static string Queue(TenantExplanation explanation) => explanation.QueuePosition > 0
        ? string.Create(CultureInfo.InvariantCulture, $" {explanation.QueuePosition} tenants start before it.")
        : "";

    private static string Why(TenantStatus status) => Lower(status.Message?.TrimEnd('.') ?? status.Reason switch
    {
        StatusReasons.None => "work is under way",
        StatusReasons.Idle => "no request came for its idle time",
        StatusReasons.StoppedByOperator => "an operator stopped it",
        StatusReasons.Draining => "requests in flight are being finished",
        StatusReasons.WaitingForReady => "its app runs and is not ready yet",
        StatusReasons.WaitingForStartSlot => "it waits for a place among the tenants that start",
        var other => other.Replace('_', ' '),
    });

    private static string Retry(TenantStatus status) => status.RetryAt is { } at
        ? string.Create(CultureInfo.InvariantCulture, $"After {status.ConsecutiveFailures} failures in a row the next try is at {at.UtcDateTime:HH:mm:ss} UTC.")
        : "It is tried again when somebody asks for it.";

    private static string Lower(string text) => text.Length > 1 && char.IsUpper(text[0]) && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
}
