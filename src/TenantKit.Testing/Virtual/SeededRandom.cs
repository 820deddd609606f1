using TenantKit.Diagnostics;

namespace TenantKit.Testing.Virtual;

/// <summary>Random numbers that a seed determines, the same on every machine and version: SplitMix64 ("Fast Splittable Pseudorandom Number Generators", Steele, Lea, Flood 2014).</summary>
/// <remarks>Not thread-safe: everything of a <see cref="VirtualWorld"/> runs on one thread.</remarks>
/// <param name="seed">The seed.</param>
public sealed class SeededRandom(ulong seed) : IRandomSource
{
    private ulong state = seed;

    /// <summary>64 random bits.</summary>
    /// <returns>The bits.</returns>
    public ulong NextBits()
    {
        state += 0x9e3779b97f4a7c15UL;
        var bits = state;
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9UL;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebUL;
        return bits ^ (bits >> 31);
    }

    /// <inheritdoc/>
    public int Next(int exclusiveMax) => (int)(((UInt128)NextBits() * (UInt128)(ulong)exclusiveMax) >> 64);

    /// <inheritdoc/>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with a probability.</summary>
    /// <param name="probability">0 to 1.</param>
    /// <returns>The draw.</returns>
    public bool Chance(double probability) => probability > 0 && NextDouble() < probability;

    /// <summary>A time between two, evenly.</summary>
    /// <param name="least">The least.</param>
    /// <param name="most">The most.</param>
    /// <returns>The time.</returns>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromTicks((long)((most - least).Ticks * NextDouble()));

    /// <summary>Another generator, independent of how far this one has gone from now on.</summary>
    /// <returns>The generator.</returns>
    public SeededRandom Split() => new(NextBits());
}
