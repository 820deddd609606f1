namespace TenantKit.Templates;

/// <summary>What counts as a passed probe.</summary>
public enum ProbeKind
{
    /// <summary>The instance proves, over a nonce, that it holds its own key, and its health path answers 2xx. Needs the agent.</summary>
    Identity,

    /// <summary>The health path answers 2xx.</summary>
    Http,

    /// <summary>A TCP connection is accepted.</summary>
    Tcp,
}
