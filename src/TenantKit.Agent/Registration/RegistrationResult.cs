namespace TenantKit.Agent.Registration;

/// <summary>What became of one call.</summary>
/// <param name="Status">The status code; 0 when there was no answer.</param>
/// <param name="Heartbeat">How often to call, when accepted.</param>
internal readonly record struct RegistrationResult(int Status, TimeSpan Heartbeat)
{
    public bool IsAccepted => Status is >= 200 and < 300;

    /// <summary>Refused for good, as far as this process can tell: asking often helps nobody.</summary>
    public bool IsRefused => Status is 400 or 401 or 403 or 404 or 409 or 410;
}
