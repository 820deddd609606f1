namespace TenantKit.Orchestration;

/// <summary>Something changed in a unit: observe it.</summary>
/// <param name="TenantId">The tenant; empty in <see cref="RuntimeIsBack"/> alone.</param>
public sealed record UnitEvent(string TenantId)
{
    /// <summary>
    /// The runtime answers again after it did not. What was refused as <see cref="Tenants.StatusReasons.OrchestratorUnavailable"/> meanwhile is
    /// tried again now instead of after its back-off. Whether units changed is told of each unit by itself.
    /// </summary>
    public static UnitEvent RuntimeIsBack { get; } = new("");
}
