namespace TenantKit.Storage;

/// <summary>The store cannot serve now. Nothing was written, unless <see cref="IsUncertain"/>. It may pass.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause; null when there is none.</param>
public sealed class StoreUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>
    /// Whether the change may have been written all the same: its commit was sent, and the answer did not come. Read again before it is repeated;
    /// revisions, unique names and idempotency keys keep a repetition from being a second change.
    /// </summary>
    /// <value>The default is false.</value>
    public bool IsUncertain { get; init; }
}
