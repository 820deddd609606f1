namespace TenantKit.Storage;

/// <summary>The whole store: what one provider implements. Consumers ask for the small contract they need.</summary>
public interface ITenantStore : IChangeWriter, IChangeLog, ITenantReader, IUserReader, ITemplateReader, IOperationReader, IAuditReader, ILeaseReader, IRevocationReader
{
    /// <summary>Makes the store usable: creates or migrates its schema. Safe to call again.</summary>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>A task that completes when the store can be used.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be opened; the message says what to do.</exception>
    Task InitializeAsync(CancellationToken cancellationToken);
}
