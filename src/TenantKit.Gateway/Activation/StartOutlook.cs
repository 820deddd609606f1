namespace TenantKit.Gateway.Activation;

/// <summary>What the control plane said about a start when it was asked for.</summary>
/// <param name="Position">How many tenants start before it.</param>
/// <param name="Left">How long it takes yet; null when unknown.</param>
internal readonly record struct StartOutlook(int? Position, TimeSpan? Left);
