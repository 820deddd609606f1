namespace TenantKit.EndToEnd.Tests.Clients;

internal sealed record ContainerInstance(string Id, string State, string? Endpoint, double? UptimeSeconds, long? MemoryBytes);
