namespace TenantKit.Agent.Registration;

/// <summary>What an instance says of itself. It names no address: that comes from the orchestrator.</summary>
internal sealed record RegistrationRequest(string TenantId, string InstanceId, string Claim, int Port, string HealthPath);
