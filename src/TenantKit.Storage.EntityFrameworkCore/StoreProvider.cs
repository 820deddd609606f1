using System.Data.Common;
using TenantKit.Storage.EntityFrameworkCore.Commits;
using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.EntityFrameworkCore;

/// <summary>What differs between databases.</summary>
internal abstract class StoreProvider
{
    /// <summary>A context with its own connection, not opened yet.</summary>
    public abstract TenantKitDbContext CreateContext();

    /// <summary>Prepares a connection that was just opened.</summary>
    public abstract Task OpenedAsync(DbConnection connection, SessionUse use, CancellationToken cancellationToken);

    /// <summary>Begins a transaction whose reads all see one moment.</summary>
    public abstract ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Begins a transaction that will write.</summary>
    public abstract ValueTask<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>What commits change sets; made once per store.</summary>
    public virtual ICommitWriter CreateWriter(StoreTables tables, long keptRevisions) => new SavepointWriter(this, tables, keptRevisions);

    /// <summary>True where one statement that joins a tenant with all that belongs to it costs less than a statement for each kind in a transaction.</summary>
    public virtual bool JoinsStates => false;

    /// <summary>How long to wait before the same is tried again on a new session; null when another try would not help, or there were enough.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="attempt">How many tries there were, from 1.</param>
    /// <param name="isUncertain">Whether something may have been committed, which only another try can tell.</param>
    public virtual TimeSpan? RetryAfter(Exception exception, int attempt, bool isUncertain) => null;

    /// <summary>Most sessions for reading at a time; more callers than that wait for one of them. The default has no bound.</summary>
    public virtual int MaxReaders => int.MaxValue;

    /// <summary>How long a session may lie idle and be lent again. The default has no bound.</summary>
    public virtual TimeSpan IdleLimit(SessionUse use) => Timeout.InfiniteTimeSpan;

    /// <summary>Whether a row with the same unique value exists.</summary>
    public abstract bool IsUniqueViolation(DbException exception);

    /// <summary>What the trouble is and what to do about it; null when it is no trouble of the database.</summary>
    public abstract StoreUnavailableException? Explain(Exception exception);

    /// <summary>Creates or migrates the schema.</summary>
    public abstract Task MigrateAsync(CancellationToken cancellationToken);
}
