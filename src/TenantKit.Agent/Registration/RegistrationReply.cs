namespace TenantKit.Agent.Registration;

/// <summary>The gateway's answer: how often it wants to hear from the instance.</summary>
internal sealed record RegistrationReply(int HeartbeatSeconds);
