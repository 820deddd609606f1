namespace TenantKit.Orchestration.Processes;

/// <summary>The file <c>unit.json</c> in a unit's folder: whose it is.</summary>
internal sealed record UnitMark(string TenantId, string Name)
{
    public UnitRef ToUnit() => new(TenantId, Name);
}
