namespace TenantKit.Explanation;

/// <summary>Gathers why a tenant is as it is: what is stored, and what this replica of the control plane knows beside it.</summary>
/// <remarks>Thread-safe. Changes nothing.</remarks>
public interface ITenantExplainer
{
    /// <summary>Explains a tenant.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The explanation; null for an unknown id.</returns>
    Task<TenantExplanation?> ExplainAsync(string tenantId, CancellationToken cancellationToken);
}
