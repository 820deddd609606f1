namespace TenantKit.Gateway.Forwarding;

/// <summary>How one try to forward ended.</summary>
internal enum ForwardResult
{
    /// <summary>Answered, or nobody is left to answer.</summary>
    Done,

    /// <summary>No connection, or a refused stream: the app has seen nothing of it.</summary>
    NotConnected,

    /// <summary>The connection broke before an answer: the app may have seen it.</summary>
    Broken,

    /// <summary>An answer began and broke off before any of it was passed on: it is not asked for again.</summary>
    CutOff,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The client sent too much, or stopped in the middle.</summary>
    ClientFault,
}
