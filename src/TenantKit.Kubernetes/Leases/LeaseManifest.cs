using k8s.Models;
using TenantKit.Kubernetes.Manifests;

namespace TenantKit.Kubernetes.Leases;

/// <summary>The Lease of a replica of the control plane.</summary>
internal static class LeaseManifest
{
    public static string NameOf(string replica, KubernetesOptions options) => $"tenantkit-{options.Installation}-{Names.Safe(replica)}";

    /// <param name="replica">The replica's name.</param>
    /// <param name="before">The Lease as it is; null when there is none.</param>
    /// <param name="leaseTime">How long it holds.</param>
    /// <param name="now">The time of the renewal.</param>
    /// <param name="options">The installation's options.</param>
    public static V1Lease Of(string replica, V1Lease? before, TimeSpan leaseTime, DateTimeOffset now, KubernetesOptions options) => new()
    {
        ApiVersion = "coordination.k8s.io/v1",
        Kind = "Lease",
        Metadata = new V1ObjectMeta
        {
            Name = NameOf(replica, options),
            NamespaceProperty = options.SystemNamespace,
            ResourceVersion = before?.Metadata.ResourceVersion,
            Uid = before?.Metadata.Uid,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["app.kubernetes.io/name"] = "tenantkit-replica", [Marks.Component] = Marks.Replica, ["app.kubernetes.io/part-of"] = "tenantkit", [Marks.ManagedBy] = Marks.Manager, [Marks.Installation] = options.Installation,
            },
        },
        Spec = new V1LeaseSpec
        {
            HolderIdentity = replica,
            LeaseDurationSeconds = Math.Max((int)Math.Ceiling(leaseTime.TotalSeconds), 1),
            AcquireTime = Micro(before?.Spec?.AcquireTime ?? now.UtcDateTime),
            RenewTime = Renewal(before, now),
            LeaseTransitions = before?.Spec?.LeaseTransitions ?? 0,
        },
    };

    /// <summary>Never the time that is there already: a write that changes nothing is none, and a clock that stands still would make a replica seem gone.</summary>
    private static DateTime Renewal(V1Lease? before, DateTimeOffset now)
    {
        var time = Micro(now.UtcDateTime);
        return time == before?.Spec?.RenewTime ? Micro(time.AddMicroseconds(1)) : time;
    }

    /// <summary>The API takes these times with six digits of a second alone, and the client leaves the digits away when they are all zero.</summary>
    private static DateTime Micro(DateTime time)
    {
        var ticks = time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond);
        return new DateTime(ticks % TimeSpan.TicksPerSecond == 0 ? ticks + TimeSpan.TicksPerMicrosecond : ticks, DateTimeKind.Utc);
    }
}
