using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using TenantKit.Admin.Http;
using TenantKit.Admin.Operations;
using TenantKit.Admin.SignIn;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Users;

namespace TenantKit.Admin.Users;

/// <summary><c>/api/admin/users</c>.</summary>
internal static class UserEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/admin/users").WithTags("Users");
        group.MapPost("", CreateAsync).RequireAuthorization(AdminPolicies.Administer).WithName("CreateUser").WithSummary("Creates a user and its tenant.")
            .WithMetadata(JsonBodyOf.Type<CreateUserRequest>()).Produces<CreateUserResponse>(201).ProducesProblem(400).ProducesProblem(409);
        group.MapGet("", ListAsync).RequireAuthorization(AdminPolicies.Inspect).WithName("ListUsers").WithSummary("Lists users.")
            .WithMetadata(new QueryNames(["userName", "q", "role", "tenantId", "createdAfter", "createdBefore", .. QueryNames.Paging]))
            .Produces<PageResponse<UserResponse>>();
        group.MapGet("/{id}", GetAsync).RequireAuthorization(AdminPolicies.Inspect).WithName("GetUser").WithSummary("Reads a user.")
            .Produces<UserResponse>().ProducesProblem(404);
        group.MapPut("/{id}", UpdateAsync).RequireAuthorization(AdminPolicies.Administer).WithName("UpdateUser").WithSummary("Changes a user.")
            .WithMetadata(JsonBodyOf.Type<UpdateUserRequest>()).Produces<UserResponse>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        group.MapDelete("/{id}", DeleteAsync).RequireAuthorization(AdminPolicies.Administer).WithName("DeleteUser")
            .WithSummary("Deletes a user; the last one of a tenant takes the tenant along.")
            .Produces<OperationResponse>(202).Produces(204).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, UserCreator creator, Idempotency idempotency, IOperationWaiter waiter, ITenantReader tenants, IOptions<TenantKitOptions> options)
    {
        var (body, hash) = await JsonBody.ReadAsync<CreateUserRequest>(context).ConfigureAwait(false);
        return await idempotency.RunAsync(context, hash, async ticket =>
        {
            var created = await creator.CreateAsync(body, RequestActor.Of(context), ticket, context.RequestAborted).ConfigureAwait(false);
            var response = created.Response;
            if (PreferHeader.Wait(context) is { } wait && created.Operation is { } operation)
            {
                await waiter.WaitAsync(operation.Id, wait, context.RequestAborted).ConfigureAwait(false);
                var state = await tenants.LoadStateAsync(operation.TenantId, context.RequestAborted).ConfigureAwait(false);
                response = state is null ? response : response with { Container = ContainerSummary.Of(state.Status.Phase, state.Tenant, options.Value) };
            }

            ETags.Set(context, created.User.Revision);
            return new ApiAnswer(201, response, UserCreator.LocationOf(created.User.Id));
        }).ConfigureAwait(false);
    }

    private static async Task<IResult> ListAsync(HttpContext context, UserDirectory directory, CursorCodec cursors)
    {
        var query = QueryReader.Open(context);
        var filter = new UserFilter
        {
            UserName = query.Text("userName"),
            NamePrefix = query.Text("q"),
            Role = query.Choice<UserRole>("role"),
            TenantId = query.Text("tenantId"),
            CreatedAfter = query.Time("createdAfter"),
            CreatedBefore = query.Time("createdBefore"),
        };
        var page = await directory.ListAsync(filter, cursors.ReadPage(context, query), context.RequestAborted).ConfigureAwait(false);
        return ApiAnswer.Ok(cursors.ToResponse(context, page, UserResponse.Of));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, IUserStore<TenantKitUser> users)
    {
        var user = await users.FindByIdAsync(id, context.RequestAborted).ConfigureAwait(false)
            ?? throw ApiException.NotFound("user_not_found", "There is no such user.");
        ETags.Set(context, user.Revision);
        return ApiAnswer.Ok(UserResponse.Of(user));
    }

    private static async Task<IResult> UpdateAsync(HttpContext context, string id, UserChanger changer)
    {
        var (body, _) = await JsonBody.ReadAsync<UpdateUserRequest>(context).ConfigureAwait(false);
        var user = await changer.ChangeAsync(id, body, current => ETags.Check(context, current.Revision), RequestActor.Of(context), context.RequestAborted)
            .ConfigureAwait(false);
        ETags.Set(context, user.Revision);
        return ApiAnswer.Ok(UserResponse.Of(user));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, string id, UserRemover remover, IOperationWaiter waiter)
    {
        var operation = await remover.RemoveAsync(id, current => ETags.Check(context, current.Revision), RequestActor.Of(context), context.RequestAborted)
            .ConfigureAwait(false);
        if (operation is not null && PreferHeader.Wait(context) is { } wait)
        {
            operation = await waiter.WaitAsync(operation.Id, wait, context.RequestAborted).ConfigureAwait(false);
        }

        return operation is null or { State: OperationState.Succeeded }
            ? new ApiAnswer(204, null)
            : new ApiAnswer(202, OperationResponse.Of(operation), OperationResponse.LocationOf(operation.Id));
    }
}
