namespace TenantKit.Admin.Http;

/// <summary>The size of a unit as Kubernetes quantities.</summary>
/// <param name="Cpu">CPU per instance, such as <c>1000m</c>.</param>
/// <param name="Memory">Memory per instance, such as <c>2Gi</c>.</param>
/// <param name="Storage">Storage per tenant, such as <c>10Gi</c>.</param>
internal sealed record ResourcesBody(string? Cpu = null, string? Memory = null, string? Storage = null);
