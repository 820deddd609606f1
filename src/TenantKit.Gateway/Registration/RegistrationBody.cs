namespace TenantKit.Gateway.Registration;

/// <summary>The body of a registration; see <see cref="Control.WireProtocol"/>.</summary>
internal sealed record RegistrationBody(string? TenantId, string? InstanceId, RegistrationClaim? Claim, int? Port, string? HealthPath)
{
    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Validate() => this switch
    {
        { TenantId: null or "" or { Length: > 64 } } => "tenantId is needed, at most 64 characters.",
        { InstanceId: null or "" or { Length: > 64 } } => "instanceId is needed, at most 64 characters.",
        { Claim: null } => "claim is needed: ready, unready or draining.",
        { Port: null or < 1 or > 65535 } => "port is needed, 1 to 65535.",
        { HealthPath: null or { Length: > 256 } } => "healthPath is needed, at most 256 characters.",
        _ => Edge.RequestTarget.IsCanonical(HealthPath) ? null : "healthPath must begin with one slash and be canonical, without a query.",
    };
}
