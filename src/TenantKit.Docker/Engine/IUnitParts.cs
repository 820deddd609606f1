using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>
/// What units are made of on one kind of engine. The rest (what is missing, what is outdated, in which order things come and go) is the same for
/// all of them. Calls for one unit hold its gate, except for the looks.
/// </summary>
internal interface IUnitParts
{
    /// <summary>The orchestrator's name.</summary>
    string Name { get; }

    OrchestratorCapabilities Capabilities { get; }

    /// <summary>A short name of the settings an instance is made with, apart from what can be changed while it lives.</summary>
    string Settings(UnitSpec spec);

    /// <summary>The name of the instance at a place of the unit; who takes it first has the place.</summary>
    string InstanceName(string unit, int slot);

    /// <summary>Every container of a unit, oldest first.</summary>
    Task<List<Container>> FindAsync(UnitRef unit, CancellationToken cancellationToken);

    /// <summary>Every container of the installation.</summary>
    Task<IReadOnlyList<Container>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Makes what has to be there before an instance: volume, network, database.</summary>
    Task<UnitSurroundings> SurroundAsync(UnitSpec spec, ResolvedImage image, IReadOnlyList<Container> found, string operation, CancellationToken cancellationToken);

    /// <summary>Makes and starts an instance.</summary>
    Task StartAsync(UnitSpec spec, InstancePlan plan, UnitSurroundings surroundings, CancellationToken cancellationToken);

    /// <summary>Gives living instances the size that is wanted, where that is possible.</summary>
    Task ResizeAsync(UnitSpec spec, IEnumerable<Container> apps, CancellationToken cancellationToken);

    /// <summary>Asks a running container to stop, and waits; it is killed after the grace period (whole seconds, rounded up).</summary>
    Task StopAsync(Container container, TimeSpan gracePeriod);

    /// <summary>Removes a container; nothing of it is left when the call returns.</summary>
    Task RemoveAsync(Container container);

    /// <summary>Removes what a unit without containers has left beside its data.</summary>
    Task RemoveSurroundingsAsync(UnitRef unit, CancellationToken cancellationToken);

    /// <summary>Removes what hosts that were killed left behind and no look at a unit shows.</summary>
    /// <param name="inUse">The names of the units that have containers.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task SweepAsync(IReadOnlySet<string> inUse, CancellationToken cancellationToken);
}
