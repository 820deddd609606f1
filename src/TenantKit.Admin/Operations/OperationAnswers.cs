using Microsoft.AspNetCore.Http;
using TenantKit.Admin.Containers;
using TenantKit.Admin.Http;
using TenantKit.Management;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Tenants;

namespace TenantKit.Admin.Operations;

/// <summary>Answers an accepted change of a tenant: 202 at once, or under <c>Prefer: wait</c> how it ended.</summary>
internal sealed class OperationAnswers(IOperationWaiter waiter, ITenantReader tenants)
{
    public async Task<ApiAnswer> AnswerAsync(HttpContext context, Operation operation)
    {
        var location = OperationResponse.LocationOf(operation.Id);
        if (PreferHeader.Wait(context) is not { } wait)
        {
            return new ApiAnswer(202, await PhaseAsync(operation.TenantId, context.RequestAborted).ConfigureAwait(false), location);
        }

        operation = await waiter.WaitAsync(operation.Id, wait, context.RequestAborted).ConfigureAwait(false);
        return operation.State switch
        {
            OperationState.Succeeded => new ApiAnswer(200, await PhaseAsync(operation.TenantId, context.RequestAborted).ConfigureAwait(false), location),
            OperationState.Failed => throw ApiException.Conflict(
                "operation_failed", $"It failed: {operation.ErrorCode}. {operation.ErrorMessage} See {location}.".Replace("  ", " ", StringComparison.Ordinal)),
            OperationState.Superseded => throw ApiException.Conflict("operation_superseded", $"A newer request took its place. See {location}."),
            _ => throw new ApiException(504, "operation_timeout", $"It is still being done. See {location}."),
        };
    }

    private async Task<PhaseResponse> PhaseAsync(string tenantId, CancellationToken cancellationToken)
    {
        var state = await tenants.LoadStateAsync(tenantId, cancellationToken).ConfigureAwait(false);
        return new PhaseResponse(tenantId, state?.Status.Phase ?? TenantPhase.Deleted);
    }
}
