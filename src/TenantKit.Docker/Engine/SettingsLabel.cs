using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Docker.Engine;

/// <summary>A short name of the settings an instance was made with. CPU and memory are not among them: they change while it lives.</summary>
internal static class SettingsLabel
{
    public static string Of(UnitSpec spec) =>
        SettingsFingerprint.Of(spec with { Resources = new ResourceLimits(0, 0, spec.Resources.StorageBytes) });
}
