using System.Collections.Concurrent;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Templates;

/// <summary>Template versions by key: they are immutable, so each is read once and shared by all its tenants.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TemplateCache(ITemplateReader reader)
{
    private readonly ConcurrentDictionary<(string Name, int Version), Template> known = new();

    public async ValueTask<Template> GetAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var key = (tenant.TemplateName, tenant.TemplateVersion);
        if (known.TryGetValue(key, out var template))
        {
            return template;
        }

        template = await reader.FindTemplateAsync(key.TemplateName, key.TemplateVersion, cancellationToken)
            ?? throw new InvalidOperationException($"Template '{key.TemplateName}' version {key.TemplateVersion} of tenant {tenant.Id} is not in the store.");
        return known.GetOrAdd(key, template);
    }
}
