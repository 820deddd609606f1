using TenantKit.Audit;
using TenantKit.Management;
using TenantKit.Storage;
using TenantKit.Templates;

namespace TenantKit.Hosting;

/// <summary>Publishes the host's own templates at start, unless the name exists: what administrators changed stays.</summary>
internal sealed class TemplateSeeder(IEnumerable<TemplateSeed> seeds, ITemplateReader reader, ITemplateManager manager)
{
    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        foreach (var seed in seeds)
        {
            if (await reader.FindLatestTemplateAsync(seed.Template.Name, cancellationToken) is null)
            {
                await CreateAsync(seed.Template, cancellationToken);
            }
        }
    }

    /// <summary>Replicas that start together seed together: the first one wins, and the others find what they wanted.</summary>
    private async Task CreateAsync(Template template, CancellationToken cancellationToken)
    {
        try
        {
            await manager.CreateAsync(template, Actor.System, cancellationToken);
        }
        catch (Exception exception) when (exception is RevisionConflictException or ManagementException { Kind: ManagementErrorKind.Conflict })
        {
            if (await reader.FindLatestTemplateAsync(template.Name, cancellationToken) is null)
            {
                throw;
            }
        }
    }
}
