using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TenantKit.Admin.Http;
using TenantKit.Admin.SignIn;
using TenantKit.Management;
using TenantKit.Storage;

namespace TenantKit.Admin.Operations;

/// <summary><c>/api/admin/operations</c>.</summary>
internal static class OperationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/admin/operations").WithTags("Operations");
        group.MapGet("", ListAsync).RequireAuthorization(AdminPolicies.Read).WithName("ListOperations").WithSummary("The operations of one tenant, newest first.")
            .WithMetadata(new QueryNames(["tenantId", .. QueryNames.Paging])).Produces<PageResponse<OperationResponse>>();
        group.MapGet("/{id}", GetAsync).RequireAuthorization(AdminPolicies.Read).WithName("GetOperation")
            .WithSummary("Reads an operation; under 'Prefer: wait' once it ended.").Produces<OperationResponse>().ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IOperationReader reader, CursorCodec cursors)
    {
        var query = QueryReader.Open(context);
        var tenantId = query.Text("tenantId") ?? throw ApiException.Invalid("tenantId", "Name the tenant: ?tenantId=…");
        var page = await reader.ListOperationsAsync(tenantId, cursors.ReadPage(context, query), context.RequestAborted).ConfigureAwait(false);
        return ApiAnswer.Ok(cursors.ToResponse(context, page, OperationResponse.Of));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, IOperationReader reader, IOperationWaiter waiter)
    {
        var operation = await reader.FindOperationAsync(id, context.RequestAborted).ConfigureAwait(false)
            ?? throw ApiException.NotFound(ManagementErrors.OperationNotFound, "There is no such operation.");
        if (operation.EndedAt is null && PreferHeader.Wait(context) is { } wait)
        {
            operation = await waiter.WaitAsync(id, wait, context.RequestAborted).ConfigureAwait(false);
        }

        return ApiAnswer.Ok(OperationResponse.Of(operation));
    }
}
