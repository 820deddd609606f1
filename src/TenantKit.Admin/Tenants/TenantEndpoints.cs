using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Containers;
using TenantKit.Admin.Http;
using TenantKit.Admin.Operations;
using TenantKit.Admin.SignIn;
using TenantKit.Audit;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Admin.Tenants;

/// <summary><c>/api/admin/tenants</c>.</summary>
internal static class TenantEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/admin/tenants").WithTags("Tenants");
        group.MapGet("", ListAsync).RequireAuthorization(AdminPolicies.Read).WithName("ListTenants").WithSummary("Lists tenants.")
            .WithMetadata(new QueryNames(["name", "phase", "ownerUserId", .. QueryNames.Paging])).Produces<PageResponse<TenantResponse>>();
        group.MapGet("/{id}", GetAsync).RequireAuthorization(AdminPolicies.Read).WithName("GetTenant").WithSummary("Reads a tenant.")
            .Produces<TenantResponse>().ProducesProblem(404);
        MapAction(group, "suspend", "Locks a tenant: nothing runs, nobody gets in, the data is kept.", static (tenants, id, actor, cancellationToken) => tenants.SuspendAsync(id, actor, cancellationToken));
        MapAction(group, "resume", "Unlocks a tenant.", static (tenants, id, actor, cancellationToken) => tenants.ResumeAsync(id, actor, cancellationToken));
        group.MapPost("/{id}/resize", ResizeAsync).RequireAuthorization(AdminPolicies.Operate).WithName("ResizeTenant").WithSummary("Changes the size of a tenant.")
            .WithMetadata(JsonBodyOf.Type<ResizeRequest>()).Produces<PhaseResponse>(202).Produces<PhaseResponse>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(412);
    }

    private static void MapAction(
        RouteGroupBuilder group, string verb, string summary, Func<ITenantManager, string, Actor, CancellationToken, Task<Operation>> action) =>
        group.MapPost($"/{{id}}/{verb}", async (HttpContext context, string id, ITenantManager tenants, ITenantReader reader, OperationAnswers answers, Idempotency idempotency) =>
            {
                await CheckAsync(context, id, reader).ConfigureAwait(false);
                return await idempotency.RunReservedAsync(context, "", async () =>
                {
                    var operation = await action(tenants, id, RequestActor.Of(context), context.RequestAborted).ConfigureAwait(false);
                    return await answers.AnswerAsync(context, operation).ConfigureAwait(false);
                }).ConfigureAwait(false);
            })
            .RequireAuthorization(AdminPolicies.Operate).WithName(verb + "Tenant").WithSummary(summary)
            .Produces<PhaseResponse>(202).Produces<PhaseResponse>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(504);

    private static async Task<IResult> ListAsync(HttpContext context, ITenantReader reader, CursorCodec cursors, IOptions<TenantKitOptions> options)
    {
        var query = QueryReader.Open(context);
        var filter = new TenantFilter
        {
            Name = query.Text("name"),
            Phase = query.Choice<TenantPhase>("phase"),
            OwnerUserId = query.Text("ownerUserId"),
        };
        var page = await reader.ListTenantsAsync(filter, cursors.ReadPage(context, query), context.RequestAborted).ConfigureAwait(false);
        return ApiAnswer.Ok(cursors.ToResponse(context, page, state => TenantResponse.Of(state, options.Value)));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, ITenantReader reader, IOptions<TenantKitOptions> options)
    {
        var state = await reader.LoadStateAsync(id, context.RequestAborted).ConfigureAwait(false) ?? throw NotFound();
        ETags.Set(context, state.Tenant.Revision);
        return ApiAnswer.Ok(TenantResponse.Of(state, options.Value));
    }

    private static async Task<IResult> ResizeAsync(
        HttpContext context, string id, ITenantManager tenants, ITenantReader reader, OperationAnswers answers, Idempotency idempotency)
    {
        var (body, hash) = await JsonBody.ReadAsync<ResizeRequest>(context).ConfigureAwait(false);
        var resize = Read(body);
        return await idempotency.RunReservedAsync(context, hash, async () =>
        {
            var expected = await CheckAsync(context, id, reader).ConfigureAwait(false);
            var operation = await tenants.ResizeAsync(id, resize, expected, RequestActor.Of(context), context.RequestAborted).ConfigureAwait(false);
            return await answers.AnswerAsync(context, operation).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static TenantResize Read(ResizeRequest body)
    {
        var errors = new Dictionary<string, string[]>();
        var resize = new TenantResize
        {
            CpuMillicores = Quantity.Cpu(body.Cpu, "cpu", errors),
            MemoryBytes = Quantity.Memory(body.Memory, "memory", errors),
            StorageBytes = Quantity.Storage(body.Storage, "storage", errors),
            Replicas = body.Replicas,
        };
        if (body == new ResizeRequest())
        {
            errors["cpu"] = ["Name at least one of cpu, memory, storage and replicas."];
        }

        return errors.Count == 0 ? resize : throw ApiException.Invalid(errors);
    }

    private static async Task<long?> CheckAsync(HttpContext context, string id, ITenantReader reader)
    {
        var tenant = await reader.FindTenantAsync(id, context.RequestAborted).ConfigureAwait(false) ?? throw NotFound();
        return ETags.Check(context, tenant.Revision);
    }

    private static ApiException NotFound() => ApiException.NotFound(ManagementErrors.TenantNotFound, "There is no such tenant.");
}
