using Microsoft.Extensions.Options;
using TenantKit.Audit;
using TenantKit.Diagnostics;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Management;

/// <summary>Validates and drafts new tenants.</summary>
internal sealed class TenantDrafts(ITenantStore store, IIdSource ids, TimeProvider time, IOptions<TenantKitOptions> options, AuditEntries audit)
{
    public async Task<TenantDraft> CreateAsync(NewTenant request, Actor actor, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        if (request.Name is not null && TenantName.Validate(request.Name) is { } problem)
        {
            errors["tenant.name"] = [problem];
        }

        var templateName = request.Template ?? options.Value.DefaultTemplate;
        var template = await store.FindLatestTemplateAsync(templateName, cancellationToken);
        if (template is null or { DeletedAt: not null })
        {
            errors["tenant.template"] = [request.Template is null
                ? $"There is no default template '{templateName}' yet. Publish one through POST /api/admin/templates, or name another."
                : $"There is no template '{templateName}'. GET /api/admin/templates lists them."];
        }

        if (errors.Count > 0)
        {
            throw new ManagementException(
                ManagementErrorKind.Invalid,
                errors.ContainsKey("tenant.name") ? ManagementErrors.ValidationFailed : ManagementErrors.TemplateNotFound,
                string.Join(' ', errors.Values.SelectMany(static texts => texts)),
                errors);
        }

        var id = ids.NewId();
        var name = request.Name ?? await DeriveNameAsync(request.OwnerUserName, id, cancellationToken);
        if (request.Name is not null && await store.FindTenantByNameAsync(name, cancellationToken) is not null)
        {
            throw new ManagementException(
                ManagementErrorKind.Conflict, ManagementErrors.TenantNameTaken, $"A tenant named '{name}' exists. Choose another name.",
                new Dictionary<string, string[]> { ["tenant.name"] = ["This name is taken."] });
        }

        var now = time.GetUtcNow();
        var tenant = new Tenant
        {
            Id = id,
            Name = name,
            OwnerUserId = request.OwnerUserId,
            TemplateName = template!.Name,
            TemplateVersion = template.Version,
            Resources = template.Resources,
            Replicas = template.MinReplicas,
            CreatedAt = now,
        };
        var operation = new Operation
        {
            Id = ids.NewId(),
            Kind = OperationKinds.Create,
            TenantId = id,
            UserId = request.OwnerUserId,
            Actor = actor.Id,
            TargetGeneration = tenant.Generation,
            CreatedAt = now,
        };
        var changes = new ChangeSet()
            .Put(tenant)
            .Put(new TenantStatus { TenantId = id, ChangedAt = now })
            .Put(operation)
            .Record(audit.Success(actor, "tenant.create", "tenant/" + id));
        return new TenantDraft(tenant, operation, changes);
    }

    /// <summary>A name made from the login name; where that is taken, reserved or has no usable character, the tail of the id makes it unique.</summary>
    private async Task<string> DeriveNameAsync(string userName, string id, CancellationToken cancellationToken)
    {
        var letters = userName.ToLowerInvariant().Select(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') ? c : '-').ToArray();
        var name = string.Join('-', new string(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
        name = name.Length > TenantName.MaxLength ? name[..TenantName.MaxLength].TrimEnd('-') : name;
        if (TenantName.Validate(name) is null && await store.FindTenantByNameAsync(name, cancellationToken) is null)
        {
            return name;
        }

        var tail = id[^8..];
        name = name.Length > TenantName.MaxLength - 9 ? name[..(TenantName.MaxLength - 9)].TrimEnd('-') : name;
        return name.Length == 0 ? "tenant-" + tail : name + "-" + tail;
    }
}
