using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Explanation;

/// <summary>Asks the runtime what it noticed, where it can tell, without holding an explanation up or letting it fail.</summary>
internal sealed class RuntimeNotices(IContainerOrchestrator orchestrator, TimeProvider time)
{
    public const string NotRead = "notices_not_read";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<RuntimeNotice>> ReadAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        if (orchestrator is not IRuntimeNoticeReader reader)
        {
            return [];
        }

        try
        {
            return await reader.ReadNoticesAsync(new UnitRef(tenant.Id, tenant.UnitName), cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (OrchestratorException exception)
        {
            return [new RuntimeNotice(NotRead, exception.Message, time.GetUtcNow())];
        }
        catch (TimeoutException)
        {
            return [new RuntimeNotice(NotRead, $"The runtime has not told what it noticed within {Patience.TotalSeconds:0} s.", time.GetUtcNow())];
        }
    }
}
