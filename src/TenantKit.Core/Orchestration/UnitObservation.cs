namespace TenantKit.Orchestration;

/// <summary>A unit as the runtime shows it.</summary>
/// <param name="Unit">Which unit. The tenant id is read from the objects' own marks.</param>
/// <param name="Instances">Its instances, live ones and the last ended one, oldest first.</param>
/// <param name="HasData">True while data of it exists.</param>
public sealed record UnitObservation(UnitRef Unit, IReadOnlyList<InstanceObservation> Instances, bool HasData)
{
    /// <summary>True while what runs beside its instances lives, such as a database of its own, whether there are instances or not.</summary>
    public bool HasCompanions { get; init; }

    /// <summary>True while any instance lives, or what runs beside them.</summary>
    public bool HasCompute => HasCompanions || Instances.Any(static instance => instance.State != RuntimeState.Exited);
}
