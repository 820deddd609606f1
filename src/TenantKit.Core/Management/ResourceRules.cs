using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Management;

/// <summary>The bounds of sizes.</summary>
internal static class ResourceRules
{
    public static ResourceLimits Check(TenantResize resize, Tenant tenant, Template template)
    {
        var errors = new Dictionary<string, string[]>();
        var wanted = new ResourceLimits(
            resize.CpuMillicores ?? tenant.Resources.CpuMillicores,
            resize.MemoryBytes ?? tenant.Resources.MemoryBytes,
            resize.StorageBytes ?? tenant.Resources.StorageBytes);
        Check(wanted, errors, prefix: "");
        if (wanted.StorageBytes < tenant.Resources.StorageBytes && !errors.ContainsKey("storage"))
        {
            errors["storage"] = [$"Storage cannot shrink; it is {tenant.Resources.StorageBytes} bytes now."];
        }

        if (resize.Replicas is { } replicas && (replicas < template.MinReplicas || replicas > template.MaxReplicas))
        {
            errors["replicas"] = [$"Replicas must be {template.MinReplicas} to {template.MaxReplicas}, the bounds of template '{template.Name}'."];
        }

        ThrowIfAny(errors);
        return wanted;
    }

    public static void Check(ResourceLimits resources, Dictionary<string, string[]> errors, string prefix)
    {
        if (resources.CpuMillicores is < 10 or > 256_000)
        {
            errors[prefix + "cpu"] = ["CPU must be 10m to 256 cores, for example \"1000m\"."];
        }

        if (resources.MemoryBytes is < (16L << 20) or > (4L << 40))
        {
            errors[prefix + "memory"] = ["Memory must be 16Mi to 4Ti, for example \"2Gi\"."];
        }

        if (resources.StorageBytes is < (1L << 20) or > (1L << 50))
        {
            errors[prefix + "storage"] = ["Storage must be 1Mi to 1Pi, for example \"10Gi\"."];
        }
    }

    public static void ThrowIfAny(Dictionary<string, string[]> errors)
    {
        if (errors.Count > 0)
        {
            throw new ManagementException(
                ManagementErrorKind.Invalid, ManagementErrors.ValidationFailed, string.Join(' ', errors.Values.SelectMany(static texts => texts)), errors);
        }
    }
}
