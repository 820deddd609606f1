namespace TenantKit.Simulation.Parts;

/// <summary>One life of a replica of the control plane: a new one after each start.</summary>
/// <param name="Replica">The replica's name.</param>
/// <param name="Life">Which start.</param>
internal sealed record Actor(string Replica, int Life)
{
    public override string ToString() => $"{Replica}#{Life}";
}
