using TenantKit.Operations;

namespace TenantKit.Storage;

/// <summary>Reads operations and remembered answers. Thread-safe.</summary>
public interface IOperationReader
{
    /// <summary>Reads an operation.</summary>
    /// <param name="operationId">Its id.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The operation, or null.</returns>
    ValueTask<Operation?> FindOperationAsync(string operationId, CancellationToken cancellationToken);

    /// <summary>A page of the operations of one tenant, newest first.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="page">Which page; <see cref="PageRequest.After"/> is an operation id.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The page.</returns>
    Task<Page<Operation>> ListOperationsAsync(string tenantId, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Reads the remembered answer of an idempotency key.</summary>
    /// <param name="key">See <see cref="IdempotencyRecord.Key"/>.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The answer, or null.</returns>
    ValueTask<IdempotencyRecord?> FindIdempotencyRecordAsync(string key, CancellationToken cancellationToken);
}
