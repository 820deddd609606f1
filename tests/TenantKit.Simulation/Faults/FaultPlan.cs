using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Faults;

/// <summary>
/// Which faults one run has, and how often: swarm testing ("Swarm Testing", Groce et al. 2012). Each class is on with one half, so that some
/// runs have few faults of one kind and nothing that hides them.
/// </summary>
internal sealed class FaultPlan
{
    private readonly Dictionary<FaultKind, double> rates = [];
    private readonly Dictionary<FaultKind, SeededRandom> lots = [];
    private readonly long[] hits = new long[Enum.GetValues<FaultKind>().Length];

    private FaultPlan()
    {
    }

    /// <summary>The classes that are on.</summary>
    public IEnumerable<FaultKind> On => rates.Keys.Order();

    /// <summary>True once the run is in its last phase: nothing fails any more.</summary>
    public bool Healed { get; private set; }

    /// <summary>How often each class struck.</summary>
    public IReadOnlyList<long> Hits => hits;

    public static FaultPlan Draw(ulong seed, IReadOnlySet<FaultKind>? without = null, IReadOnlySet<FaultKind>? only = null)
    {
        var random = new SeededRandom(seed ^ 0xfa017);
        var plan = new FaultPlan();
        var calm = random.Chance(0.05);
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            // Each class draws whether or not it is used, so that taking one out leaves the others as they were.
            var (isOn, rate, lot) = (random.Chance(0.5), random.NextDouble(), random.Split());
            if (only is null ? isOn && !calm && without?.Contains(kind) != true : only.Contains(kind))
            {
                plan.rates[kind] = Highest(kind) * (0.1 + (0.9 * rate));
                plan.lots[kind] = lot;
                plan.hits[(int)kind] = Highest(kind) < 1 ? 0 : 1; // these hold for the whole run
            }
        }

        return plan;
    }

    public bool IsOn(FaultKind kind) => rates.ContainsKey(kind);

    /// <summary>Draws whether a fault strikes now; counted when it does.</summary>
    public bool Strikes(FaultKind kind)
    {
        if (Healed || !rates.TryGetValue(kind, out var rate) || !lots[kind].Chance(rate))
        {
            return false;
        }

        hits[(int)kind]++;
        return true;
    }

    /// <summary>The fault's own random numbers.</summary>
    public SeededRandom LotsOf(FaultKind kind) => lots[kind];

    public void Heal() => Healed = true;

    /// <summary>The most that a class strikes, per occasion: a call, a message, a start, or a second of a part's life.</summary>
    private static double Highest(FaultKind kind) => kind switch
    {
        FaultKind.ReplicaCrash => 0.05,
        FaultKind.ReplicaFreeze => 0.03,
        FaultKind.ReplicaRollingRestart => 0.02,
        FaultKind.GatewayCrash => 0.03,
        FaultKind.GatewayFreeze => 0.02,
        FaultKind.RuntimeErrorBefore or FaultKind.RuntimeAnswerLost => 0.2,
        FaultKind.RuntimeSlow => 0.2,
        FaultKind.RuntimeConflict => 0.1,
        FaultKind.RuntimeDiskFull => 0.01,
        FaultKind.RuntimeWithoutFencing => 1,
        FaultKind.WatchEnds => 0.05,
        FaultKind.WatchStalls => 0.01,
        FaultKind.WatchDuplicates => 0.3,
        FaultKind.ListEndsEarly => 0.2,
        FaultKind.StoreErrorBefore or FaultKind.StoreCommitAnswerLost => 0.1,
        FaultKind.StoreConflict => 0.1,
        FaultKind.StorePause => 0.01,
        FaultKind.StoreSlow => 0.1,
        FaultKind.NetworkLoss => 0.1,
        FaultKind.NetworkDelay => 0.2,
        FaultKind.NetworkPartition => 0.03,
        FaultKind.AppSlowStart => 0.3,
        FaultKind.AppNeverReady => 0.15,
        FaultKind.AppCrash => 0.4,
        FaultKind.AppHang => 0.3,
        FaultKind.AppErrors => 0.2,
        FaultKind.AppExitsWhileStopping => 0.5,
        FaultKind.AddressReuse => 1,
        FaultKind.ClockSkew => 1,
        FaultKind.ClockJump => 0.02,
        FaultKind.ClockDrift => 1,
        FaultKind.ClientGivesUp => 0.1,
        FaultKind.RuntimeLate => 0.3,
        FaultKind.AppStreams => 0.1,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
