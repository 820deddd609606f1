using TenantKit.Storage.EntityFrameworkCore.Sessions;

namespace TenantKit.Storage.EntityFrameworkCore.Commits;

/// <summary>Commits change sets in one transaction, each still all or nothing by itself. Used by one caller at a time.</summary>
internal interface ICommitWriter
{
    /// <summary>
    /// True when the last try ended without telling whether it was committed. Then the next call, with the same sets, finds that out first,
    /// and commits only what was not.
    /// </summary>
    bool IsUncertain { get; }

    /// <summary>Commits what can be committed. Sets that conflict, or whose lease is lost, are told so and taken out of the batch.</summary>
    /// <param name="session">A session for writing.</param>
    /// <param name="batch">The sets; each that stays gets its revision.</param>
    /// <returns>The newest revision that has a row in the change log; 0 when none has.</returns>
    Task<long> CommitAsync(StoreSession session, List<PendingCommit> batch);

    /// <summary>Takes note that nobody asks about an uncertain commit any more.</summary>
    void GiveUp();
}
