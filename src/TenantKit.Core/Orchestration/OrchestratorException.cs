namespace TenantKit.Orchestration;

/// <summary>The runtime could not do what was asked.</summary>
/// <param name="reason">A reason from <see cref="Tenants.StatusReasons"/>.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="isTransient">True when it may pass by itself, or when the effect is unknown.</param>
/// <param name="innerException">The cause; null when there is none.</param>
public sealed class OrchestratorException(string reason, string message, bool isTransient, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>A reason from <see cref="Tenants.StatusReasons"/>.</summary>
    public string Reason { get; } = reason;

    /// <summary>True when it may pass by itself, or when the effect is unknown.</summary>
    public bool IsTransient { get; } = isTransient;
}
