using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TenantKit.Admin.Http;
using TenantKit.Admin.SignIn;
using TenantKit.Management;
using TenantKit.Storage;
using TenantKit.Templates;

namespace TenantKit.Admin.Templates;

/// <summary><c>/api/admin/templates</c>.</summary>
internal static class TemplateEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/admin/templates").WithTags("Templates");
        group.MapPost("", CreateAsync).RequireAuthorization(AdminPolicies.Administer).WithName("CreateTemplate").WithSummary("Publishes a new template.")
            .WithMetadata(JsonBodyOf.Type<TemplateRequest>()).Produces<TemplateResponse>(201).ProducesProblem(400).ProducesProblem(409);
        group.MapGet("", ListAsync).RequireAuthorization(AdminPolicies.Read).WithName("ListTemplates").WithSummary("The newest version of each template.")
            .WithMetadata(new QueryNames(QueryNames.Paging)).Produces<PageResponse<TemplateResponse>>();
        group.MapGet("/{name}", GetAsync).RequireAuthorization(AdminPolicies.Read).WithName("GetTemplate").WithSummary("Reads the newest version.")
            .Produces<TemplateResponse>().ProducesProblem(404);
        group.MapGet("/{name}/versions", ListVersionsAsync).RequireAuthorization(AdminPolicies.Read).WithName("ListTemplateVersions")
            .WithSummary("All versions, newest first.").Produces<PageResponse<TemplateResponse>>().ProducesProblem(404);
        group.MapGet("/{name}/versions/{version}", GetVersionAsync).RequireAuthorization(AdminPolicies.Read).WithName("GetTemplateVersion")
            .WithSummary("Reads one version.").Produces<TemplateResponse>().ProducesProblem(404);
        group.MapPut("/{name}", UpdateAsync).RequireAuthorization(AdminPolicies.Administer).WithName("UpdateTemplate").WithSummary("Publishes the next version.")
            .WithMetadata(JsonBodyOf.Type<TemplateRequest>()).Produces<TemplateResponse>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(412);
        group.MapDelete("/{name}", DeleteAsync).RequireAuthorization(AdminPolicies.Administer).WithName("DeleteTemplate")
            .WithSummary("Withdraws a template; tenants that use it keep it.").Produces(204).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, ITemplateManager templates, Idempotency idempotency)
    {
        var (body, hash) = await JsonBody.ReadAsync<TemplateRequest>(context).ConfigureAwait(false);
        var template = body.ToTemplate(body.Name ?? throw ApiException.Invalid("name", "A template name is needed: 1 to 40 characters of a-z, 0-9 and '-'."));
        return await idempotency.RunReservedAsync(context, hash, async () =>
        {
            var created = await templates.CreateAsync(template, RequestActor.Of(context), context.RequestAborted).ConfigureAwait(false);
            ETags.Set(context, created.Revision);
            return new ApiAnswer(201, TemplateResponse.Of(created), "/api/admin/templates/" + created.Name);
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ITemplateReader reader, CursorCodec cursors)
    {
        var query = QueryReader.Open(context);
        var page = await reader.ListTemplatesAsync(cursors.ReadPage(context, query), context.RequestAborted).ConfigureAwait(false);
        return ApiAnswer.Ok(cursors.ToResponse(context, page, TemplateResponse.Of));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string name, ITemplateReader reader) =>
        Answer(context, await FindAsync(context, name, reader).ConfigureAwait(false));

    private static async Task<IResult> ListVersionsAsync(HttpContext context, string name, ITemplateReader reader)
    {
        var versions = await reader.ListTemplateVersionsAsync(name, context.RequestAborted).ConfigureAwait(false);
        return versions.Count == 0 ? throw NotFound(name) : ApiAnswer.Ok(new PageResponse<TemplateResponse>([.. versions.Select(TemplateResponse.Of)], null));
    }

    private static async Task<IResult> GetVersionAsync(HttpContext context, string name, string version, ITemplateReader reader) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && await reader.FindTemplateAsync(name, number, context.RequestAborted).ConfigureAwait(false) is { } template
            ? Answer(context, template)
            : throw NotFound(name);

    private static async Task<IResult> UpdateAsync(HttpContext context, string name, ITemplateManager templates, ITemplateReader reader)
    {
        var (body, _) = await JsonBody.ReadAsync<TemplateRequest>(context).ConfigureAwait(false);
        if (body.Name is not null && body.Name != name)
        {
            throw ApiException.Invalid("name", "A template cannot be renamed. Publish it under the new name instead.");
        }

        var template = body.ToTemplate(name);
        var expected = ETags.Check(context, (await FindAsync(context, name, reader).ConfigureAwait(false)).Revision);
        return Answer(context, await templates.UpdateAsync(template, expected, RequestActor.Of(context), context.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string name, ITemplateManager templates, ITemplateReader reader)
    {
        ETags.Check(context, (await FindAsync(context, name, reader).ConfigureAwait(false)).Revision);
        await templates.DeleteAsync(name, RequestActor.Of(context), context.RequestAborted).ConfigureAwait(false);
        return new ApiAnswer(204, null);
    }

    private static async Task<Template> FindAsync(HttpContext context, string name, ITemplateReader reader) =>
        await reader.FindLatestTemplateAsync(name, context.RequestAborted).ConfigureAwait(false) is { DeletedAt: null } template ? template : throw NotFound(name);

    private static ApiAnswer Answer(HttpContext context, Template template)
    {
        ETags.Set(context, template.Revision);
        return ApiAnswer.Ok(TemplateResponse.Of(template));
    }

    private static ApiException NotFound(string name) =>
        ApiException.NotFound(ManagementErrors.TemplateNotFound, $"There is no template '{name}', or it is withdrawn, or it has no such version.");
}
