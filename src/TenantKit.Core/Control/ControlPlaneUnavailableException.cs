namespace TenantKit.Control;

/// <summary>The control plane cannot be reached or cannot answer now. It may pass.</summary>
/// <param name="message">What happened.</param>
/// <param name="innerException">The cause; null when there is none.</param>
public sealed class ControlPlaneUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);
