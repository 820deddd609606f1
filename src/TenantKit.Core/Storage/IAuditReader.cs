using TenantKit.Audit;

namespace TenantKit.Storage;

/// <summary>Reads the audit log. Thread-safe.</summary>
public interface IAuditReader
{
    /// <summary>A page of the audit log, newest first.</summary>
    /// <param name="filter">Which entries.</param>
    /// <param name="page">Which page; <see cref="PageRequest.After"/> is an entry's position as the page before gave it.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The page.</returns>
    Task<Page<AuditEntry>> ListAuditAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken);
}
