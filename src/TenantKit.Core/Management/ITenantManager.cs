using TenantKit.Audit;
using TenantKit.Control;
using TenantKit.Operations;

namespace TenantKit.Management;

/// <summary>
/// Changes what is desired. Every method validates, then commits desired state, operation and audit row in one transaction;
/// the control loop does the rest. Repeating a call converges: stopping a stopped tenant is done at once.
/// </summary>
/// <remarks>Thread-safe. Lost races are repeated inside; only a named revision that is stale is refused.</remarks>
public interface ITenantManager
{
    /// <summary>Validates a new tenant and drafts it. Commit <see cref="TenantDraft.Changes"/>, alone or with other records.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The draft.</returns>
    /// <exception cref="ManagementException">The name, the template or the like is wrong.</exception>
    Task<TenantDraft> DraftCreateAsync(NewTenant tenant, Actor actor, CancellationToken cancellationToken);

    /// <summary>Drafts the deletion of a tenant. Commit <see cref="TenantDraft.Changes"/>, alone or with other records.</summary>
    /// <param name="tenantId">The tenant; one that is being deleted already gives its open operation again and nothing to commit.</param>
    /// <param name="userId">The user whose deletion causes it; null for none.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The draft.</returns>
    /// <exception cref="ManagementException">No such tenant.</exception>
    Task<TenantDraft> DraftDeleteAsync(string tenantId, string? userId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Deletes a tenant.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The operation to follow.</returns>
    Task<Operation> DeleteAsync(string tenantId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Starts a tenant.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The operation to follow.</returns>
    /// <exception cref="ManagementException">No such tenant; it is suspended or being deleted.</exception>
    Task<Operation> StartAsync(string tenantId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Stops a tenant; its data is kept and, unless its template forbids it, the next request wakes it.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The operation to follow.</returns>
    /// <exception cref="ManagementException">No such tenant; it is being deleted.</exception>
    Task<Operation> StopAsync(string tenantId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Replaces all instances of a tenant; starts it when it sleeps.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The operation to follow.</returns>
    /// <exception cref="ManagementException">No such tenant; it is suspended or being deleted.</exception>
    Task<Operation> RestartAsync(string tenantId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Locks a tenant: nothing runs, nobody gets in, the data is kept.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The operation to follow.</returns>
    Task<Operation> SuspendAsync(string tenantId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Unlocks a tenant; it goes on as it was before.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The operation to follow.</returns>
    Task<Operation> ResumeAsync(string tenantId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Changes the size of a tenant.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="resize">The new size.</param>
    /// <param name="expectedRevision">The tenant's revision the caller saw; null for any.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The operation to follow.</returns>
    /// <exception cref="ManagementException">A size is absurd, replicas are out of the template's bounds, or the revision is stale.</exception>
    Task<Operation> ResizeAsync(string tenantId, TenantResize resize, long? expectedRevision, Actor actor, CancellationToken cancellationToken);

    /// <summary>Wakes a sleeping tenant for a request.</summary>
    /// <param name="request">Whom and for whom.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The acknowledgement.</returns>
    Task<WakeAnswer> WakeAsync(WakeRequest request, CancellationToken cancellationToken);
}
