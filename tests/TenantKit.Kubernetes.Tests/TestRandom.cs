using TenantKit.Diagnostics;
using TenantKit.Testing.Virtual;

namespace TenantKit.Kubernetes.Tests;

/// <summary>Seeded, for many threads.</summary>
internal sealed class TestRandom(ulong seed) : IRandomSource
{
    private readonly SeededRandom random = new(seed);

    public int Next(int exclusiveMax)
    {
        lock (random)
        {
            return random.Next(exclusiveMax);
        }
    }

    public double NextDouble()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }
}
