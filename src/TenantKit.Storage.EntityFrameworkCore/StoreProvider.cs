using System.Data.Common;

namespace TenantKit.Storage.EntityFrameworkCore;

/// <summary>What differs between databases.</summary>
internal abstract class StoreProvider
{
    /// <summary>A context with its own connection, not opened yet.</summary>
    public abstract TenantKitDbContext CreateContext();

    /// <summary>Prepares a connection that was just opened.</summary>
    public abstract Task OpenedAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Begins a transaction whose reads all see one moment.</summary>
    public abstract ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that will write.</summary>
    public abstract ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Whether a row with the same unique value exists.</summary>
    public abstract bool IsUniqueViolation(DbException exception);

    /// <summary>What the trouble is and what to do about it; null when it is no trouble of the database.</summary>
    public abstract StoreUnavailableException? Explain(Exception exception);

    /// <summary>Creates or migrates the schema.</summary>
    public abstract Task MigrateAsync(CancellationToken cancellationToken);
}
