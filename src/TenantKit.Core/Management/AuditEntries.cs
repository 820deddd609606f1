using TenantKit.Audit;
using TenantKit.Diagnostics;

namespace TenantKit.Management;

/// <summary>Makes audit rows.</summary>
internal sealed class AuditEntries(IIdSource ids, TimeProvider time)
{
    public AuditEntry Success(Actor actor, string action, string target, string? detail = null) => new()
    {
        Id = ids.NewId(),
        At = time.GetUtcNow(),
        Actor = actor.Id,
        ActorName = actor.Name,
        RequestId = actor.RequestId,
        Action = action,
        Target = target,
        Outcome = AuditOutcome.Success,
        Detail = detail,
    };
}
