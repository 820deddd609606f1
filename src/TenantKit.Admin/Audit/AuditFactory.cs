using TenantKit.Audit;
using TenantKit.Diagnostics;

namespace TenantKit.Admin.Audit;

/// <summary>Makes audit rows.</summary>
internal sealed class AuditFactory(IIdSource ids, TimeProvider time)
{
    private const int MaxDetail = 1000;

    public AuditEntry Create(Actor actor, string action, string target, AuditOutcome outcome = AuditOutcome.Success, string? detail = null) => new()
    {
        Id = ids.NewId(),
        At = time.GetUtcNow(),
        Actor = actor.Id,
        ActorName = actor.Name,
        Action = action,
        Target = target,
        Outcome = outcome,
        Detail = detail?.Length > MaxDetail ? detail[..MaxDetail] : detail,
        RequestId = actor.RequestId,
    };
}
