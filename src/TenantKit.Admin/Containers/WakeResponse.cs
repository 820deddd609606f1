using TenantKit.Operations;

namespace TenantKit.Admin.Containers;

/// <summary>What made a tenant run last: <c>wake</c> names the user whose request met it asleep.</summary>
internal sealed record WakeResponse(string OperationId, string Kind, string Actor, DateTimeOffset At)
{
    public static WakeResponse? Of(Operation? operation) =>
        operation is null ? null : new WakeResponse(operation.Id, operation.Kind, operation.Actor, operation.CreatedAt);
}
