using TenantKit.Simulation.Faults;
using TenantKit.Simulation.Invariants;
using TenantKit.Simulation.Mutants;
using TenantKit.Tenants;
using TenantKit.Testing.Virtual;

namespace TenantKit.Simulation.Parts;

/// <summary>Everything of one run, so that the parts find each other.</summary>
internal sealed class Cluster
{
    public Cluster(ulong seed, Setup setup, FaultPlan faults, Mutant mutant, bool keepJournal)
    {
        Seed = seed;
        Setup = setup;
        Faults = faults;
        Mutant = mutant;
        mutant.Join(this);
        World = new VirtualWorld(seed);
        Journal = new Journal(World, keepJournal);
        Network = new Network.Network(World, faults, seed);
        Store = new StoreServer(this);
        Runtime = new RuntimeServer(this);
        Replicas = [.. Enumerable.Range(0, setup.Replicas).Select(number => new Replica(this, number))];
        Gateways = [.. Enumerable.Range(0, setup.Gateways).Select(number => new GatewayPart(this, number))];
    }

    public ulong Seed { get; }

    public Setup Setup { get; }

    public FaultPlan Faults { get; }

    public Mutant Mutant { get; }

    public VirtualWorld World { get; }

    public Journal Journal { get; }

    public Network.Network Network { get; }

    public StoreServer Store { get; }

    public RuntimeServer Runtime { get; }

    public IReadOnlyList<Replica> Replicas { get; }

    public IReadOnlyList<GatewayPart> Gateways { get; }

    /// <summary>Raised when somebody, or idleness, decided anew about a tenant: the moment at which a request hits hardest.</summary>
    public event Action<Tenant>? Decided;

    /// <summary>True when wall clocks cannot be trusted in this run.</summary>
    public bool HasClockFaults => Faults.IsOn(FaultKind.ClockSkew) || Faults.IsOn(FaultKind.ClockJump) || Faults.IsOn(FaultKind.ClockDrift);

    /// <summary>A seed for one part's own random numbers.</summary>
    public ulong SeedOf(string part)
    {
        var hash = Seed ^ 0x9e3779b97f4a7c15UL;
        foreach (var letter in part)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return hash;
    }

    public void Check(bool holds, string invariant, FormattableString detail) => Journal.Check(holds, invariant, detail);

    public void Decide(Tenant tenant) => Decided?.Invoke(tenant);

    public void Note(FormattableString text) => Journal.Note(text);
}
