namespace TenantKit.Diagnostics;

/// <summary>Random numbers for jitter and balancing; never for secrets.</summary>
public interface IRandomSource
{
    /// <summary>A number from 0 to <paramref name="exclusiveMax"/> − 1.</summary>
    /// <param name="exclusiveMax">1 or more.</param>
    /// <returns>The number.</returns>
    /// <remarks>Thread-safe.</remarks>
    int Next(int exclusiveMax);

    /// <summary>A number from 0 (inclusive) to 1 (exclusive).</summary>
    /// <returns>The number.</returns>
    /// <remarks>Thread-safe.</remarks>
    double NextDouble();
}
