namespace TenantKit.Diagnostics;

/// <summary>The runtime's thread-safe generator.</summary>
internal sealed class SystemRandomSource : IRandomSource
{
#pragma warning disable RS0030 // the one place that may name it: everything else has it injected
    public int Next(int exclusiveMax) => Random.Shared.Next(exclusiveMax);

    public double NextDouble() => Random.Shared.NextDouble();
#pragma warning restore RS0030
}
