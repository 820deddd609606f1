using TenantKit.Templates;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>What one run is made of, apart from its faults: drawn from the seed.</summary>
internal sealed record Setup
{
    public required int Replicas { get; init; }

    public required int Gateways { get; init; }

    public required int Tenants { get; init; }

    public required TimeSpan Duration { get; init; }

    public required TenantKitOptions Options { get; init; }

    public required IReadOnlyList<Template> Templates { get; init; }

    /// <summary>Mean time between two operations of administrators.</summary>
    public required TimeSpan Operations { get; init; }

    /// <summary>Mean time between two requests.</summary>
    public required TimeSpan Requests { get; init; }

    public static Setup Draw(ulong seed, int? tenants = null, TimeSpan? duration = null)
    {
        var random = new SeededRandom(seed ^ 0x5e709);
        var wanted = random.Chance(0.05) ? 20 + random.Next(31) : 1 + random.Next(random.Chance(0.3) ? 16 : 6);
        var setup = new Setup
        {
            Replicas = 1 + random.Next(3),
            Gateways = 1 + random.Next(2),
            Tenants = tenants ?? wanted,
            Duration = duration ?? random.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(6)),
            Options = DrawOptions(random),
            Templates = [DrawTemplate(random, "default"), DrawTemplate(random, "other")],
            Operations = random.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(12)),
            Requests = random.Between(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(3)),
        };
        return setup;
    }

    private static TenantKitOptions DrawOptions(SeededRandom random) => new()
    {
        MaxConcurrentStarts = random.Chance(0.6) ? 1 + random.Next(4) : 50,
        Workers = 1 + random.Next(6),
        DrainTimeout = random.Between(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30)),
        ResyncInterval = random.Between(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60)),
        MaxBackoff = random.Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60)),
        DataRetention = random.Chance(0.5) ? TimeSpan.Zero : random.Between(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(3)),
        GatewayGrace = TimeSpan.FromSeconds(15),
    };

    private static Template DrawTemplate(SeededRandom random, string name) => new()
    {
        Name = name,
        Version = 1,
        Image = "app",
        MinReplicas = 1 + random.Next(2),
        MaxReplicas = 4,
        IdleTimeout = random.Chance(0.3) ? TimeSpan.Zero : random.Between(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(2)),
        WakeOnRequest = random.Chance(0.9),
        Probe = new ProbeSettings
        {
            StartTimeout = random.Between(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(60)),
            StopGracePeriod = random.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15)),
        },
        CreatedAt = VirtualWorld.Epoch,
    };
}
