using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TenantKit.Admin.Http;
using TenantKit.Admin.SignIn;
using TenantKit.Audit;
using TenantKit.Storage;

namespace TenantKit.Admin.Audit;

/// <summary><c>/api/admin/audit</c>.</summary>
internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/admin/audit", ListAsync).RequireAuthorization(AdminPolicies.Inspect)
            .WithTags("Audit").WithName("ListAudit").WithSummary("The audit log, newest first.")
            .WithMetadata(new QueryNames(["actor", "action", "target", "outcome", "from", "to", .. QueryNames.Paging]))
            .Produces<PageResponse<AuditResponse>>();

    private static async Task<IResult> ListAsync(HttpContext context, IAuditReader reader, CursorCodec cursors)
    {
        var query = QueryReader.Open(context);
        var filter = new AuditFilter
        {
            Actor = query.Text("actor"),
            Action = query.Text("action"),
            Target = query.Text("target"),
            Outcome = query.Choice<AuditOutcome>("outcome"),
            From = query.Time("from"),
            To = query.Time("to"),
        };
        var page = await reader.ListAuditAsync(filter, cursors.ReadPage(context, query), context.RequestAborted).ConfigureAwait(false);
        return ApiAnswer.Ok(cursors.ToResponse(context, page, AuditResponse.Of));
    }
}
