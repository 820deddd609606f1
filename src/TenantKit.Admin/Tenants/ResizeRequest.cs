namespace TenantKit.Admin.Tenants;

/// <summary>Body of a resize. Members left out stay as they are.</summary>
/// <param name="Cpu">CPU per instance, such as <c>500m</c>.</param>
/// <param name="Memory">Memory per instance, such as <c>1Gi</c>.</param>
/// <param name="Storage">Storage, such as <c>20Gi</c>; may not shrink.</param>
/// <param name="Replicas">Number of instances, within the template's bounds.</param>
internal sealed record ResizeRequest(string? Cpu = null, string? Memory = null, string? Storage = null, int? Replicas = null);
