namespace TenantKit.Gateway.Activation;

/// <summary>What the control plane said to a wake.</summary>
/// <param name="Position">How many tenants start before it.</param>
/// <param name="ReadyAt">When it is expected to be ready, as a timestamp of the clock.</param>
internal sealed record StartAnswer(int? Position, long? ReadyAt);
