namespace TenantKit.Samples.TenantApp.Caller;

/// <summary>What the app learned from the verified identity and from where it runs.</summary>
internal sealed record WhoAmI(string TenantId, string TenantName, string UserId, string UserName, string Role, string InstanceId, int ProcessId);
