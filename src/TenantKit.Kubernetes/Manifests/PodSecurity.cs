using k8s.Models;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>The level "restricted" of the Pod Security Standards, and a root file system that cannot be written beyond it.</summary>
internal static class PodSecurity
{
    public static V1PodSecurityContext Pod(int user) => new()
    {
        RunAsNonRoot = true,
        RunAsUser = user,
        RunAsGroup = user,
        FsGroup = user,
        FsGroupChangePolicy = "OnRootMismatch",
        SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
    };

    public static V1SecurityContext Container() => new()
    {
        AllowPrivilegeEscalation = false,
        Privileged = false,
        ReadOnlyRootFilesystem = true,
        Capabilities = new V1Capabilities { Drop = ["ALL"] },
    };
}
