namespace TenantKit.Gateway.Fairness;

/// <summary>Something that waits to be sent.</summary>
internal interface IPendingSend
{
    /// <summary>Sends it, and tells whoever waits for that how it went; never throws.</summary>
    void SendNow();
}
