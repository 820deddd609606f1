using System.Globalization;
using TenantKit.Diagnostics;

namespace TenantKit.Gateway.Tests.Support;

/// <summary>Random numbers that can be had again: the seed is printed, and taken from <c>TENANTKIT_SEED</c> when that is set.</summary>
internal sealed class SeededRandom : IRandomSource
{
    private readonly Random random;

    public SeededRandom(int? seed = null)
    {
        Seed = seed ?? (int.TryParse(Environment.GetEnvironmentVariable("TENANTKIT_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount);
        random = new Random(Seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed} (repeat with TENANTKIT_SEED={Seed})");
    }

    public int Seed { get; }

    public int Next(int exclusiveMax) => random.Next(exclusiveMax);

    public double NextDouble() => random.NextDouble();

    public int Between(int least, int most) => random.Next(least, most + 1);
}
