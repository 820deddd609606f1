namespace TenantKit.Storage;

/// <summary>Changes behind a revision are no longer kept. List everything anew.</summary>
/// <param name="revision">The revision asked for.</param>
public sealed class RevisionExpiredException(long revision)
    : Exception($"Changes after revision {revision} are no longer kept. List everything and follow from there.")
{
    /// <summary>The revision asked for.</summary>
    public long Revision { get; } = revision;
}
