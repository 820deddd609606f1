using System.Collections.Immutable;

namespace TenantKit.Autoscaling;

/// <summary>What one decision leaves for the next. A replica that takes a tenant over starts without.</summary>
/// <param name="PanicUntil">When the panic ends if nothing prolongs it; null without panic.</param>
/// <param name="Peak">The most that was asked for in this panic.</param>
/// <param name="Recent">What was enough lately, for the delay: later ones are smaller, as a larger one makes those before it needless.</param>
internal sealed record AutoscaleMemory(TimeSpan? PanicUntil, int Peak, ImmutableQueue<(TimeSpan At, int Count)> Recent)
{
    public static AutoscaleMemory None { get; } = new(null, 0, []);
}
