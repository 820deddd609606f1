using TenantKit.Operations;

namespace TenantKit.Management;

/// <summary>Waits for operations.</summary>
public interface IOperationWaiter
{
    /// <summary>Waits until an operation ended or the time is over.</summary>
    /// <param name="operationId">The operation.</param>
    /// <param name="timeout">Longest wait; zero looks once.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    /// <returns>The operation as it is then.</returns>
    /// <exception cref="ManagementException">No such operation.</exception>
    /// <remarks>Thread-safe.</remarks>
    Task<Operation> WaitAsync(string operationId, TimeSpan timeout, CancellationToken cancellationToken);
}
