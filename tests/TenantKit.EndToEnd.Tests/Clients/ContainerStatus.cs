namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record ContainerStatus(string UserId, string TenantId, string Name, string Phase, string Reason, string Desired, ContainerInstance[] Instances);
