using TenantKit.Audit;
using TenantKit.Control;
using TenantKit.Diagnostics;
using TenantKit.Operations;
using TenantKit.Orchestration;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Management;

/// <summary>Validates, then writes intent, operation and audit row in one commit. The control loop follows the change log.</summary>
internal sealed class TenantManager(
    ITenantStore store,
    IContainerOrchestrator orchestrator,
    TenantDrafts drafts,
    IStartQueue starts,
    IIdSource ids,
    TimeProvider time,
    AuditEntries audit) : ITenantManager
{
    private const int MaxAttempts = 16;

    public Task<TenantDraft> DraftCreateAsync(NewTenant tenant, Actor actor, CancellationToken cancellationToken) =>
        drafts.CreateAsync(tenant, actor, cancellationToken);

    public async Task<TenantDraft> DraftDeleteAsync(string tenantId, string? userId, Actor actor, CancellationToken cancellationToken)
    {
        var state = await LoadAsync(tenantId, cancellationToken);
        if (state.Tenant.Desired == DesiredState.Deleted)
        {
            var running = state.OpenOperations.FirstOrDefault(static operation => operation.Kind == OperationKinds.Delete)
                ?? NewOperation(state.Tenant, OperationKinds.Delete, userId, actor) with { State = OperationState.Succeeded };
            return new TenantDraft(state.Tenant, running, new ChangeSet());
        }

        var now = time.GetUtcNow();
        var wanted = state.Tenant with { Desired = DesiredState.Deleted, DeletedAt = now };
        return Intend(state, wanted, OperationKinds.Delete, userId, IntentOrigin.Human, actor);
    }

    public Task<Operation> DeleteAsync(string tenantId, Actor actor, CancellationToken cancellationToken) =>
        RepeatAsync(async () =>
        {
            var draft = await DraftDeleteAsync(tenantId, null, actor, cancellationToken);
            return await CommitAsync(draft, cancellationToken);
        });

    public Task<Operation> StartAsync(string tenantId, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(tenantId, OperationKinds.Start, actor, cancellationToken, state =>
        {
            RefuseSuspended(state.Tenant);
            var retry = state.Status.Phase == TenantPhase.Failed;
            return state.Tenant.Desired == DesiredState.Running && !retry ? state.Tenant : state.Tenant with { Desired = DesiredState.Running };
        }, state => state.Status.Phase == TenantPhase.Failed);

    public Task<Operation> StopAsync(string tenantId, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(tenantId, OperationKinds.Stop, actor, cancellationToken, static state => state.Tenant with { Desired = DesiredState.Sleeping });

    public Task<Operation> RestartAsync(string tenantId, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(tenantId, OperationKinds.Restart, actor, cancellationToken, static state =>
        {
            RefuseSuspended(state.Tenant);
            return state.Tenant with { Desired = DesiredState.Running, RestartEpoch = state.Tenant.RestartEpoch + 1 };
        });

    public Task<Operation> SuspendAsync(string tenantId, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(tenantId, OperationKinds.Suspend, actor, cancellationToken, static state => state.Tenant with { Suspended = true });

    public Task<Operation> ResumeAsync(string tenantId, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(tenantId, OperationKinds.Resume, actor, cancellationToken, static state => state.Tenant with { Suspended = false });

    public async Task<Operation> ResizeAsync(
        string tenantId, TenantResize resize, long? expectedRevision, Actor actor, CancellationToken cancellationToken)
    {
        var state = await LoadLivingAsync(tenantId, cancellationToken);
        if (expectedRevision is { } revision && revision != state.Tenant.Revision)
        {
            throw new ManagementException(
                ManagementErrorKind.Stale, ManagementErrors.RevisionStale, "The tenant was changed in the meantime. Read it again and repeat the change.");
        }

        var template = await store.FindTemplateAsync(state.Tenant.TemplateName, state.Tenant.TemplateVersion, cancellationToken);
        var resources = ResourceRules.Check(resize, state.Tenant, template!);
        return await ChangeAsync(tenantId, OperationKinds.Resize, actor, cancellationToken, current =>
        {
            var replaces = resources != current.Tenant.Resources && !orchestrator.Capabilities.ResizeInPlace;
            return current.Tenant with
            {
                Resources = resources,
                Replicas = resize.Replicas ?? current.Tenant.Replicas,
                // Where the runtime cannot resize what lives, a new epoch replaces it, with the same care as a restart.
                RestartEpoch = current.Tenant.RestartEpoch + (replaces ? 1 : 0),
            };
        });
    }

    private WakeAnswer Accepted(string tenantId)
    {
        var outlook = starts.GetOutlook(tenantId);
        return new WakeAnswer(WakeOutcome.Accepted, outlook.Position, outlook.Expected);
    }

    public async Task<WakeAnswer> WakeAsync(WakeRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var state = await store.LoadStateAsync(request.TenantId, cancellationToken);
            if (state is null || state.Tenant.Desired == DesiredState.Deleted)
            {
                return new WakeAnswer(WakeOutcome.Unknown);
            }

            if (state.Tenant.Suspended)
            {
                return new WakeAnswer(WakeOutcome.Suspended);
            }

            if (state.Tenant.Desired == DesiredState.Running)
            {
                return Accepted(request.TenantId);
            }

            var template = await store.FindTemplateAsync(state.Tenant.TemplateName, state.Tenant.TemplateVersion, cancellationToken);
            if (template is { WakeOnRequest: false })
            {
                return new WakeAnswer(WakeOutcome.NotAllowed);
            }

            try
            {
                var draft = Intend(
                    state, state.Tenant with { Desired = DesiredState.Running }, OperationKinds.Wake, null, IntentOrigin.Wake, new Actor(request.PrincipalId));
                await store.CommitAsync(draft.Changes, cancellationToken);
                return Accepted(request.TenantId);
            }
            catch (RevisionConflictException) when (attempt < MaxAttempts)
            {
                // Somebody else decided in the meantime: read again.
            }
        }
    }

    /// <summary>Puts an idle tenant to sleep, if it is still as it was when that was decided; a lost race means it is not idle any more.</summary>
    internal async Task SleepIdleAsync(TenantState state, DateTimeOffset? lastAccess, Fence fence, CancellationToken cancellationToken)
    {
        var draft = Intend(
            state, state.Tenant with { Desired = DesiredState.Sleeping }, OperationKinds.Sleep, null, IntentOrigin.Background, Actor.System);

        // Always: a pass that is under way must not record a later use as known, or the sleep would not be taken back for it.
        draft.Changes.Put(state.Status with { LastAccessAt = lastAccess ?? state.Status.LastAccessAt });
        try
        {
            await store.CommitAsync(draft.Changes.Require(fence), cancellationToken);
        }
        catch (RevisionConflictException)
        {
            // The tenant changed: its new state gets its own deadline.
        }
    }

    /// <summary>Changes the number of instances with the load, if the tenant is still as it was when that was decided.</summary>
    internal Task AutoscaleAsync(TenantState state, int replicas, string why, Fence fence, CancellationToken cancellationToken)
    {
        var draft = Intend(
            state, state.Tenant with { Replicas = replicas }, OperationKinds.Autoscale, null, IntentOrigin.Background, Actor.System, why);
        return store.CommitAsync(draft.Changes.Require(fence), cancellationToken);
    }

    /// <summary>Takes a sleep back that found a stream still open when its drain time was over.</summary>
    internal ChangeSet DraftCancelSleep(TenantState state) =>
        Intend(state, state.Tenant with { Desired = DesiredState.Running }, OperationKinds.Wake, null, IntentOrigin.Background, Actor.System).Changes;

    private static void RefuseSuspended(Tenant tenant)
    {
        if (tenant.Suspended)
        {
            throw new ManagementException(
                ManagementErrorKind.Conflict, ManagementErrors.TenantSuspended, "The tenant is suspended. Resume it first.");
        }
    }

    private Task<Operation> ChangeAsync(
        string tenantId, string kind, Actor actor, CancellationToken cancellationToken, Func<TenantState, Tenant> change, Func<TenantState, bool>? force = null) =>
        RepeatAsync(async () =>
        {
            var state = await LoadLivingAsync(tenantId, cancellationToken);
            var wanted = change(state);
            if (wanted == state.Tenant && force?.Invoke(state) != true)
            {
                // Asked for already: the open operation tells of it, or it is done.
                if (state.OpenOperations.LastOrDefault(operation => operation.TargetGeneration == state.Tenant.Generation) is { } open)
                {
                    return open;
                }

                if (state.Status.ObservedGeneration == state.Tenant.Generation)
                {
                    return await RecordDoneAsync(state, kind, actor, cancellationToken);
                }

                // It was tried and given up: this is another try.
            }

            return await CommitAsync(Intend(state, wanted, kind, null, IntentOrigin.Human, actor), cancellationToken);
        });

    private async Task<Operation> RecordDoneAsync(TenantState state, string kind, Actor actor, CancellationToken cancellationToken)
    {
        var operation = NewOperation(state.Tenant, kind, null, actor) with { State = OperationState.Succeeded, EndedAt = time.GetUtcNow() };
        await store.CommitAsync(
            new ChangeSet().Put(operation).Record(audit.Success(actor, "tenant." + kind, "tenant/" + state.Tenant.Id, "already so")),
            cancellationToken);
        return operation;
    }

    private TenantDraft Intend(TenantState state, Tenant wanted, string kind, string? userId, IntentOrigin origin, Actor actor, string? detail = null)
    {
        var tenant = wanted with { Generation = state.Tenant.Generation + 1, Origin = origin };
        var operation = NewOperation(tenant, kind, userId, actor);
        var changes = new ChangeSet().Put(tenant).Put(operation).Record(audit.Success(actor, "tenant." + kind, "tenant/" + tenant.Id, detail));
        if (origin != IntentOrigin.Background && state.Status is { ConsecutiveFailures: > 0 } or { RetryAt: not null })
        {
            // Somebody asks anew: earlier failures are forgiven and no back-off is waited for.
            changes.Put(state.Status with { ConsecutiveFailures = 0, RetryAt = null });
        }

        foreach (var open in state.OpenOperations)
        {
            changes.Put(open with { State = OperationState.Superseded, EndedAt = time.GetUtcNow() });
        }

        return new TenantDraft(tenant, operation, changes);
    }

    private Operation NewOperation(Tenant tenant, string kind, string? userId, Actor actor) => new()
    {
        Id = ids.NewId(),
        Kind = kind,
        TenantId = tenant.Id,
        UserId = userId,
        Actor = actor.Id,
        TargetGeneration = tenant.Generation,
        CreatedAt = time.GetUtcNow(),
    };

    private async Task<Operation> CommitAsync(TenantDraft draft, CancellationToken cancellationToken)
    {
        await store.CommitAsync(draft.Changes, cancellationToken);
        return draft.Operation;
    }

    private async Task<TenantState> LoadLivingAsync(string tenantId, CancellationToken cancellationToken)
    {
        var state = await LoadAsync(tenantId, cancellationToken);
        return state.Tenant.Desired != DesiredState.Deleted
            ? state
            : throw new ManagementException(
                ManagementErrorKind.Conflict, ManagementErrors.TenantDeleting, "The tenant is being deleted. Nothing else can be done with it.");
    }

    private async Task<TenantState> LoadAsync(string tenantId, CancellationToken cancellationToken) =>
        await store.LoadStateAsync(tenantId, cancellationToken)
        ?? throw new ManagementException(
            ManagementErrorKind.NotFound, ManagementErrors.TenantNotFound, $"There is no tenant '{tenantId}'.");

    private static async Task<T> RepeatAsync<T>(Func<Task<T>> change)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await change();
            }
            catch (RevisionConflictException) when (attempt < MaxAttempts)
            {
                // The control loop or another caller wrote first: decide anew on what is there now.
            }
        }
    }
}
