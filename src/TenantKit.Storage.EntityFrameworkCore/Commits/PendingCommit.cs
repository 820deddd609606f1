namespace TenantKit.Storage.EntityFrameworkCore.Commits;

/// <summary>A change set on its way into the database, and who waits for it.</summary>
internal sealed class PendingCommit(ChangeSet changes, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<long> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChangeSet Changes { get; } = changes;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public Task<long> Answer => answer.Task;

    /// <summary>The revision it got in the transaction that is open; 0 when it has none.</summary>
    public long Revision { get; set; }

    public void Complete() => answer.TrySetResult(Revision);

    public void Fail(Exception exception) => answer.TrySetException(exception);

    public void Cancel() => answer.TrySetCanceled(CancellationToken);
}
