using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Audit;
using TenantKit.Admin.Http;
using TenantKit.Admin.SignIn;
using TenantKit.Audit;
using TenantKit.Diagnostics;
using TenantKit.Management;
using TenantKit.Storage;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary>Creates a user and, unless it joins one or is staff, its tenant: user, tenant, operation, audit rows and idempotency record in one commit.</summary>
/// <remarks>
/// A user store from elsewhere cannot join that commit: the tenant is committed first and deleted again when the user could not be made.
/// A crash in between leaves a tenant without a user; deleting that tenant is all it needs.
/// </remarks>
internal sealed class UserCreator(
    UserManager<TenantKitUser> manager,
    IUserStore<TenantKitUser> store,
    UserWriteContext pending,
    UserValues values,
    ITenantManager tenants,
    ITenantReader tenantReader,
    IChangeWriter writer,
    AuditFactory audit,
    IIdSource ids,
    TimeProvider time,
    IOptions<TenantKitOptions> options)
{
    private const int MaxAttempts = 20;

    public async Task<CreatedUser> CreateAsync(CreateUserRequest request, Actor actor, IdempotencyTicket? ticket, CancellationToken cancellationToken)
    {
        var generated = request.Password is null ? GeneratedPassword.Create() : null;
        var password = request.Password ?? generated!;
        var user = await ValidateAsync(request, password, cancellationToken).ConfigureAwait(false);
        user.PasswordHash = await values.HashAsync(user, password, cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await TryCreateAsync(request, user, generated, actor, ticket, cancellationToken).ConfigureAwait(false) is { } created)
                {
                    return created;
                }
            }
            catch (NameTakenException exception) when (exception.RecordType == "Tenant" && request.Tenant?.Name is null && attempt < MaxAttempts)
            {
                // A derived name was taken by somebody else in between; the next draft derives another one.
            }

            if (attempt >= MaxAttempts)
            {
                throw ApiException.Conflict("write_conflict", "Others kept changing the same tenant. Repeat the request.");
            }
        }
    }

    private async Task<TenantKitUser> ValidateAsync(CreateUserRequest request, string password, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var name = NormalText.Of(request.UserName ?? "");
        if (UserNameRules.Validate(name) is { } problem)
        {
            errors["userName"] = [problem];
        }

        if (request.TenantId is not null && request.Tenant is not null)
        {
            errors["tenant"] = ["Name either 'tenantId', to join a tenant, or 'tenant', to make one."];
        }

        UserValues.CheckEmail(request.Email, errors);
        var user = new TenantKitUser
        {
            Id = ids.NewId(),
            UserName = name,
            Email = string.IsNullOrEmpty(request.Email) ? null : request.Email,
            Role = request.Role,
            CreatedAt = time.GetUtcNow(),
            UpdatedAt = time.GetUtcNow(),
        };
        await values.CheckPasswordAsync(user, password, errors).ConfigureAwait(false);
        if (errors.Count > 0)
        {
            throw ApiException.Invalid(errors);
        }

        // Checked again by the commit; here it saves the hashing.
        return await store.FindByNameAsync(manager.NormalizeName(name)!, cancellationToken).ConfigureAwait(false) is null
            ? user
            : throw IdentityErrors.NameTaken();
    }

    private async Task<CreatedUser?> TryCreateAsync(
        CreateUserRequest request, TenantKitUser user, string? generated, Actor actor, IdempotencyTicket? ticket, CancellationToken cancellationToken)
    {
        var changes = new ChangeSet();
        var draft = await DraftTenantAsync(request, user, actor, cancellationToken).ConfigureAwait(false);
        var tenant = draft?.Tenant;
        if (draft is not null)
        {
            changes.Include(draft.Changes);
        }
        else if (request.TenantId is not null)
        {
            tenant = await FindTenantAsync(request.TenantId, cancellationToken).ConfigureAwait(false);
            changes.Put(tenant); // written unchanged: so it cannot be deleted between this check and the commit
        }

        user.TenantId = tenant?.Id;
        user.Revision = 0;
        var phase = draft is null && tenant is not null ? await PhaseAsync(tenant.Id, cancellationToken).ConfigureAwait(false) : TenantPhase.Pending;
        var container = tenant is null ? null : ContainerSummary.Of(phase, tenant, options.Value);
        var response = new CreateUserResponse(
            user.Id, user.UserName, user.Role, user.Email, user.TenantId, user.CreatedAt, new CredentialsResponse(user.UserName, generated), container);
        changes.Record(audit.Create(actor, "user.create", "user/" + user.Id, detail: $"{user.UserName}, {EnumText.Of(user.Role)}"));
        var remembered = response with { Credentials = response.Credentials with { Password = null } }; // a secret is never stored
        var record = ticket?.ToRecord(new ApiAnswer(201, remembered, LocationOf(user.Id)), time.GetUtcNow());
        var joins = UserWriteContext.Joins(store);
        if (record is not null && joins)
        {
            changes.Put(record);
        }

        if (!await WriteAsync(user, draft, changes, actor, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        if (record is not null && !joins)
        {
            await writer.CommitAsync(new ChangeSet().Put(record), CancellationToken.None).ConfigureAwait(false);
        }

        return new CreatedUser(user, generated, tenant, draft?.Operation, response);
    }

    private async Task<bool> WriteAsync(TenantKitUser user, TenantDraft? draft, ChangeSet changes, Actor actor, CancellationToken cancellationToken)
    {
        IdentityResult result;
        try
        {
            result = await pending.WriteAsync(store, changes, () => manager.CreateAsync(user), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (NameTakenException or RevisionConflictException) && draft is not null && !UserWriteContext.Joins(store))
        {
            await tenants.DeleteAsync(draft.Tenant.Id, actor, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        if (result.Succeeded)
        {
            return true;
        }

        if (draft is not null && !UserWriteContext.Joins(store))
        {
            await tenants.DeleteAsync(draft.Tenant.Id, actor, CancellationToken.None).ConfigureAwait(false);
        }

        return IdentityErrors.IsConcurrency(result) ? false : throw IdentityErrors.ToProblem(result);
    }

    private async Task<TenantDraft?> DraftTenantAsync(CreateUserRequest request, TenantKitUser user, Actor actor, CancellationToken cancellationToken)
    {
        if (request.TenantId is not null || (request.Role != UserRole.User && request.Tenant is null))
        {
            return null;
        }

        var tenant = new NewTenant
        {
            Name = request.Tenant?.Name,
            Template = request.Tenant?.Template,
            OwnerUserId = user.Id,
            OwnerUserName = user.UserName,
        };
        return await tenants.DraftCreateAsync(tenant, actor, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Tenant> FindTenantAsync(string tenantId, CancellationToken cancellationToken) =>
        await tenantReader.FindTenantAsync(tenantId, cancellationToken).ConfigureAwait(false) switch
        {
            null => throw ApiException.NotFound(ManagementErrors.TenantNotFound, $"There is no tenant '{tenantId}'."),
            { Desired: DesiredState.Deleted } => throw ApiException.Conflict(ManagementErrors.TenantDeleting, "The tenant is being deleted."),
            var tenant => tenant,
        };

    private async Task<TenantPhase> PhaseAsync(string tenantId, CancellationToken cancellationToken) =>
        (await tenantReader.LoadStateAsync(tenantId, cancellationToken).ConfigureAwait(false))?.Status.Phase ?? TenantPhase.Pending;

    public static string LocationOf(string userId) => "/api/admin/users/" + userId;
}
