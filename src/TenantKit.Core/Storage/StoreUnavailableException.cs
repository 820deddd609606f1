namespace TenantKit.Storage;

/// <summary>The store cannot serve now. Nothing was written. It may pass.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause; null when there is none.</param>
public sealed class StoreUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);
