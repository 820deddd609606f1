using Microsoft.EntityFrameworkCore;
using TenantKit.Templates;

namespace TenantKit.Storage.EntityFrameworkCore.Queries;

/// <summary>A page of the newest versions.</summary>
internal static class TemplateListQuery
{
    public static async Task<Page<Template>> ReadAsync(TenantKitDbContext context, PageRequest page, CancellationToken cancellationToken)
    {
        var templates = context.Set<Template>().Where(template => template.DeletedAt == null &&
            !context.Set<Template>().Any(newer => newer.Name == template.Name && newer.Version > template.Version));
        templates = page.After is { } after ? templates.Where(template => string.Compare(template.Name, after) > 0) : templates;
        var rows = await templates.OrderBy(template => template.Name).Take(page.Limit + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        return ListPage.Cut(rows, page, static template => template.Name);
    }
}
