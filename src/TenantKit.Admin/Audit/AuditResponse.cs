using System.Text.Json.Serialization;
using TenantKit.Admin.Http;
using TenantKit.Audit;

namespace TenantKit.Admin.Audit;

/// <summary>A row of the audit log.</summary>
internal sealed record AuditResponse(
    string Id,
    DateTimeOffset At,
    string Actor,
    string? ActorName,
    string Action,
    string Target,
    [property: JsonConverter(typeof(CamelCaseEnum<AuditOutcome>))] AuditOutcome Outcome,
    string? Detail,
    string? RequestId)
{
    public static AuditResponse Of(AuditEntry entry) =>
        new(entry.Id, entry.At, entry.Actor, entry.ActorName, entry.Action, entry.Target, entry.Outcome, entry.Detail, entry.RequestId);
}
