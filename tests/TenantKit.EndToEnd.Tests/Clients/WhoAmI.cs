namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record WhoAmI(string TenantId, string TenantName, string UserId, string UserName, string InstanceId, int ProcessId);
