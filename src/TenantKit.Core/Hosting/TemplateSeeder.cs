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
                await manager.CreateAsync(seed.Template, Actor.System, cancellationToken);
            }
        }
    }
}
