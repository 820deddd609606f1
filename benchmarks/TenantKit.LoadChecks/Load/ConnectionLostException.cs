namespace TenantKit.LoadChecks.Load;

/// <summary>The connection ended before the answer did.</summary>
internal sealed class ConnectionLostException(string message, bool hadAnswer) : Exception(message)
{
    /// <summary>True when a part of the answer had come.</summary>
    public bool HadAnswer { get; } = hadAnswer;
}
