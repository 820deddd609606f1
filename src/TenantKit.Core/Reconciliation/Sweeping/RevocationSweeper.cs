using TenantKit.Routing.Feed;
using TenantKit.Storage;

namespace TenantKit.Reconciliation.Sweeping;

/// <summary>Removes revocations whose tokens have all ended, so that there are never more than a day's. Asks the store nothing while there are none.</summary>
internal sealed class RevocationSweeper(RouteBook book, IChangeWriter store, TimeProvider time)
{
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var expired = book.ExpiredRevocations(time.GetUtcNow()).ToHashSet();
        foreach (var revocation in expired)
        {
            try
            {
                await store.CommitAsync(new ChangeSet().Delete(revocation), cancellationToken);
            }
            catch (RevisionConflictException)
            {
                // Another replica removed it.
            }
        }

        if (expired.Count > 0)
        {
            book.Forget(expired);
        }
    }
}
