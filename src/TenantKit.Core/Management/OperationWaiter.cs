using TenantKit.Operations;
using TenantKit.Storage;

namespace TenantKit.Management;

/// <summary>Waits on the change log: no polling.</summary>
internal sealed class OperationWaiter(ITenantStore store, TimeProvider time) : IOperationWaiter
{
    public async Task<Operation> WaitAsync(string operationId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var timer = timeout > TimeSpan.Zero ? new CancellationTokenSource(timeout, time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        while (true)
        {
            var seen = await store.GetRevisionAsync(cancellationToken);
            var operation = await store.FindOperationAsync(operationId, cancellationToken)
                ?? throw new ManagementException(
                    ManagementErrorKind.NotFound, ManagementErrors.OperationNotFound, $"There is no operation '{operationId}'.");
            if (operation.EndedAt is not null || timeout <= TimeSpan.Zero || timer.IsCancellationRequested)
            {
                return operation;
            }

            try
            {
                await store.WaitAsync(seen, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Time is over: one last look.
            }
        }
    }
}
