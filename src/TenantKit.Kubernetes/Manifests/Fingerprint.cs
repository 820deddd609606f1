using TenantKit.Orchestration;
using TenantKit.Tenants;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>A short name for the settings of an instance. Sizes are left out: they change in place.</summary>
internal static class Fingerprint
{
    private static readonly ResourceLimits AnySize = new(0, 0, 0);

    public static string Of(UnitSpec spec) => SettingsFingerprint.Of(spec with { Resources = AnySize });
}
