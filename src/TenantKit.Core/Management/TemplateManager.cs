using Microsoft.Extensions.Options;
using TenantKit.Audit;
using TenantKit.Orchestration;
using TenantKit.Storage;
using TenantKit.Templates;

namespace TenantKit.Management;

/// <summary>Publishes immutable template versions.</summary>
internal sealed class TemplateManager(
    ITenantStore store, IContainerOrchestrator orchestrator, TimeProvider time, IOptions<TenantKitOptions> options, AuditEntries audit) : ITemplateManager
{
    public async Task<Template> CreateAsync(Template template, Actor actor, CancellationToken cancellationToken)
    {
        template = await CheckAsync(template, cancellationToken);
        var latest = await store.FindLatestTemplateAsync(template.Name, cancellationToken);
        if (latest is { DeletedAt: null })
        {
            throw NameTaken(template.Name);
        }

        return await PublishAsync(template, latest, "template.create", actor, () => NameTaken(template.Name), cancellationToken);
    }

    public async Task<Template> UpdateAsync(Template template, long? expectedRevision, Actor actor, CancellationToken cancellationToken)
    {
        template = await CheckAsync(template, cancellationToken);
        var latest = await FindAsync(template.Name, cancellationToken);
        if (expectedRevision is { } revision && revision != latest.Revision)
        {
            throw Stale();
        }

        return await PublishAsync(template, latest, "template.update", actor, Stale, cancellationToken);
    }

    public async Task DeleteAsync(string name, Actor actor, CancellationToken cancellationToken)
    {
        if (name == options.Value.DefaultTemplate)
        {
            throw new ManagementException(
                ManagementErrorKind.Conflict, ManagementErrors.TemplateInUse, $"'{name}' is the default template. Make another one the default first (TenantKit:DefaultTemplate).");
        }

        var latest = await FindAsync(name, cancellationToken);
        try
        {
            await store.CommitAsync(
                new ChangeSet().Put(latest with { DeletedAt = time.GetUtcNow() }).Record(audit.Success(actor, "template.delete", "template/" + name)),
                cancellationToken);
        }
        catch (RevisionConflictException)
        {
            throw Stale();
        }
    }

    private static ManagementException NameTaken(string name) => new(
        ManagementErrorKind.Conflict, ManagementErrors.TemplateNameTaken, $"A template named '{name}' exists. PUT publishes its next version.");

    private static ManagementException Stale() => new(
        ManagementErrorKind.Stale, ManagementErrors.RevisionStale, "The template was changed in the meantime. Read it again and repeat the change.");

    private async Task<Template> CheckAsync(Template template, CancellationToken cancellationToken)
    {
        var errors = TemplateRules.Check(template, orchestrator.Capabilities);
        ResourceRules.ThrowIfAny(errors);
        ImageResolution image;
        try
        {
            image = await orchestrator.ResolveImageAsync(template.Image, template.Command, cancellationToken);
        }
        catch (OrchestratorException exception) when (exception.IsTransient)
        {
            // A runtime that cannot tell now must not keep people from publishing: the start tells later.
            return template;
        }

        if (!image.Found)
        {
            errors["image"] = [image.Problem ?? $"The image '{template.Image}' cannot be started here."];
        }

        ResourceRules.ThrowIfAny(errors);
        return template with { ImageDigest = image.Digest };
    }

    private async Task<Template> PublishAsync(
        Template template, Template? latest, string action, Actor actor, Func<ManagementException> onLostRace, CancellationToken cancellationToken)
    {
        var published = template with { Version = (latest?.Version ?? 0) + 1, CreatedAt = time.GetUtcNow(), DeletedAt = null, Revision = 0 };
        try
        {
            var revision = await store.CommitAsync(
                new ChangeSet().Put(published).Record(audit.Success(actor, action, "template/" + template.Name, $"version {published.Version}")),
                cancellationToken);
            return published with { Revision = revision };
        }
        catch (Exception exception) when (exception is RevisionConflictException or NameTakenException)
        {
            throw onLostRace();
        }
    }

    private async Task<Template> FindAsync(string name, CancellationToken cancellationToken) =>
        await store.FindLatestTemplateAsync(name, cancellationToken) is { DeletedAt: null } template
            ? template
            : throw new ManagementException(ManagementErrorKind.NotFound, ManagementErrors.TemplateNotFound, $"There is no template '{name}'.");
}
