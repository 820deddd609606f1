namespace TenantKit.Agent.Caller;

/// <summary>Whether an identity is good cannot be told now: the gateway's keys could not be read.</summary>
internal sealed class IdentityKeysUnavailableException() : Exception("The gateway's identity keys cannot be read now. Try again in a moment.");
