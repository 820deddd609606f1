namespace TenantKit.Kubernetes.Tests.ApiServers;

public sealed class EmulatedApiServerTests : ApiServerContract<EmulatedApiServer>;

/// <summary>The real API server on its own, from KUBEBUILDER_ASSETS.</summary>
public sealed class LocalApiServerTests : ApiServerContract<LocalApiServer>;

/// <summary>The API server of a real cluster.</summary>
public sealed class LiveApiServerTests : ApiServerContract<LiveApiServer>;
