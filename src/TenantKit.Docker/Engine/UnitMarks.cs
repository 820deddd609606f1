using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>The labels that say whose an object is, and the check of them before anything is done to it.</summary>
internal static class UnitMarks
{
    public static Dictionary<string, string> Of(string installation, UnitRef unit) => new(StringComparer.Ordinal)
    {
        [UnitLabels.Installation] = installation,
        [UnitLabels.Tenant] = unit.TenantId,
        [UnitLabels.Unit] = unit.Name,
    };

    public static bool IsOf(IDictionary<string, string>? labels, string installation, UnitRef unit) =>
        Has(labels, UnitLabels.Installation, installation) && Has(labels, UnitLabels.Tenant, unit.TenantId) && Has(labels, UnitLabels.Unit, unit.Name);

    /// <exception cref="OrchestratorException">It belongs to somebody else.</exception>
    public static void Require(string kind, string name, IDictionary<string, string>? labels, string installation, UnitRef unit)
    {
        if (!IsOf(labels, installation, unit))
        {
            throw new OrchestratorException(
                StatusReasons.NameConflict,
                $"The {kind} '{name}' is not this installation's, or belongs to another tenant. Nothing of it was touched; remove or rename it.",
                isTransient: false);
        }
    }

    public static UnitRef? Read(IDictionary<string, string>? labels) =>
        labels is not null && labels.TryGetValue(UnitLabels.Tenant, out var tenant) && labels.TryGetValue(UnitLabels.Unit, out var unit) ? new UnitRef(tenant, unit) : null;

    private static bool Has(IDictionary<string, string>? labels, string name, string value) =>
        labels is not null && labels.TryGetValue(name, out var found) && found == value;
}
