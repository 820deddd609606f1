using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using TenantKit.Admin.Http;
using TenantKit.Admin.Operations;
using TenantKit.Admin.SignIn;
using TenantKit.Admin.Users;
using TenantKit.Audit;
using TenantKit.Explanation;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Orchestration;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Admin.Containers;

/// <summary><c>/api/admin/containers</c>.</summary>
internal static class ContainerEndpoints
{
    private const int MaxTail = 100_000;
    private const int DefaultTail = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/admin/containers").WithTags("Containers");
        MapAction(group, "start", "Starts a user's container.", static (tenants, id, actor, cancellationToken) => tenants.StartAsync(id, actor, cancellationToken));
        MapAction(group, "stop", "Stops a user's container; the data is kept.", static (tenants, id, actor, cancellationToken) => tenants.StopAsync(id, actor, cancellationToken));
        MapAction(group, "restart", "Replaces all instances of a user's container.", static (tenants, id, actor, cancellationToken) => tenants.RestartAsync(id, actor, cancellationToken));
        group.MapGet("/status", StatusAsync).RequireAuthorization(AdminPolicies.Read).WithName("ListContainers").WithSummary("The state and usage of all containers.")
            .WithMetadata(new QueryNames(["phase", "userId", .. QueryNames.Paging])).Produces<PageResponse<ContainerResponse>>();
        group.MapGet("/{userId}/logs", LogsAsync).RequireAuthorization(AdminPolicies.Read).WithName("ReadContainerLogs").WithSummary("Log lines, oldest first.")
            .WithMetadata(new QueryNames("tail", "since", "follow")).Produces(200, contentType: "text/plain", additionalContentTypes: "application/x-ndjson").ProducesProblem(404);
        group.MapGet("/{userId}/explain", ExplainAsync).RequireAuthorization(AdminPolicies.Read).WithName("ExplainContainer").WithSummary("Why a container is as it is.")
            .Produces<ExplainResponse>().ProducesProblem(404);
    }

    private static void MapAction(
        RouteGroupBuilder group, string verb, string summary, Func<ITenantManager, string, Actor, CancellationToken, Task<Operation>> action) =>
        group.MapPost($"/{{userId}}/{verb}", async (HttpContext context, string userId, ContainerTenant containers, ITenantManager tenants, OperationAnswers answers, Idempotency idempotency) =>
            {
                var state = await containers.LoadAsync(userId, context.RequestAborted).ConfigureAwait(false);
                return await idempotency.RunReservedAsync(context, "", async () =>
                {
                    var operation = await action(tenants, state.Tenant.Id, RequestActor.Of(context), context.RequestAborted).ConfigureAwait(false);
                    return await answers.AnswerAsync(context, operation).ConfigureAwait(false);
                }).ConfigureAwait(false);
            })
            .RequireAuthorization(AdminPolicies.Operate).WithName(verb + "Container").WithSummary(summary)
            .Produces<PhaseResponse>(202).Produces<PhaseResponse>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(504);

    private static async Task<IResult> StatusAsync(
        HttpContext context, ITenantReader reader, IUserStore<TenantKitUser> users, UsageReader usage, CursorCodec cursors, TimeProvider time)
    {
        var query = QueryReader.Open(context);
        var page = cursors.ReadPage(context, query);
        var filter = new TenantFilter { Phase = query.Choice<TenantPhase>("phase") };
        if (query.Text("userId") is { } userId)
        {
            var user = await users.FindByIdAsync(userId, context.RequestAborted).ConfigureAwait(false);
            if (user?.TenantId is null)
            {
                return ApiAnswer.Ok(new PageResponse<ContainerResponse>([], null));
            }

            filter = filter with { TenantId = user.TenantId };
        }

        var states = await reader.ListTenantsAsync(filter, page, context.RequestAborted).ConfigureAwait(false);
        var items = await Task.WhenAll(states.Items.Select(async state =>
            ContainerResponse.Of(state, await usage.ReadAsync(state, context.RequestAborted).ConfigureAwait(false), time.GetUtcNow()))).ConfigureAwait(false);
        return ApiAnswer.Ok(cursors.ToResponse(context, new Page<ContainerResponse>(items, states.Next), static item => item));
    }

    private static async Task<IResult> LogsAsync(HttpContext context, string userId, ContainerTenant containers, IContainerOrchestrator orchestrator)
    {
        var query = QueryReader.Open(context);
        var logs = new LogQuery
        {
            Tail = query.Number("tail", 0, MaxTail) ?? (query.Text("since") is null ? DefaultTail : null),
            Since = query.Time("since"),
            Follow = query.Flag("follow"),
        };
        var tenant = (await containers.LoadAsync(userId, context.RequestAborted).ConfigureAwait(false)).Tenant;
        var lines = orchestrator.ReadLogsAsync(new UnitRef(tenant.Id, tenant.UnitName), logs, context.RequestAborted);
        return new LogStream(lines, tenant.OwnerUserId, logs.Follow);
    }

    private static async Task<IResult> ExplainAsync(
        HttpContext context, string userId, ContainerTenant containers, ITenantExplainer explainer, UsageReader usage, TimeProvider time)
    {
        var tenantId = (await containers.LoadAsync(userId, context.RequestAborted).ConfigureAwait(false)).Tenant.Id;
        var explanation = await explainer.ExplainAsync(tenantId, context.RequestAborted).ConfigureAwait(false)
            ?? throw ApiException.NotFound(ManagementErrors.TenantNotFound, "The user's tenant is gone.");
        var now = time.GetUtcNow();
        var container = ContainerResponse.Of(explanation.State, await usage.ReadAsync(explanation.State, context.RequestAborted).ConfigureAwait(false), now);
        return ApiAnswer.Ok(ExplainResponse.Of(explanation, container, now));
    }
}
