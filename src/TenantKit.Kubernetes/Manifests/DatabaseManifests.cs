using System.Globalization;
using k8s.Models;
using TenantKit.Orchestration;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>
/// The database beside the app in the mode <c>Dedicated</c>: a StatefulSet of one, its volume, its address and its credentials. The app's pods
/// start with it and wait, in an init container, until it answers.
/// </summary>
internal static class DatabaseManifests
{
    public const string Data = "data";
    private const string User = "app";
    private const string Password = "password";
    private const string RootPassword = "root-password";
    private static readonly V1Probe Readiness = new() { TcpSocket = new V1TCPSocketAction { Port = NetworkManifests.DatabasePort }, PeriodSeconds = 5 };

    public static V1Secret Credentials(UnitSpec spec, byte[] app, byte[] root, KubernetesOptions options) => new()
    {
        ApiVersion = "v1",
        Kind = "Secret",
        Metadata = Marks.Metadata(spec.Unit, Names.Of(spec.Unit, options).Database, Marks.DatabaseServer, options),
        Immutable = true,
        Type = "Opaque",
        StringData = new Dictionary<string, string> { [Password] = Convert.ToHexStringLower(app), [RootPassword] = Convert.ToHexStringLower(root) },
    };

    public static V1PersistentVolumeClaim Volume(UnitSpec spec, KubernetesOptions options) =>
        VolumeManifest.Claim(spec, Names.Of(spec.Unit, options).DatabaseVolume, Marks.DatabaseServer, options);

    public static V1Service Address(UnitSpec spec, KubernetesOptions options) => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = Marks.Metadata(spec.Unit, Names.Of(spec.Unit, options).Database, Marks.DatabaseServer, options),
        Spec = new V1ServiceSpec
        {
            Type = "ClusterIP",
            ClusterIP = "None",
            Selector = Pods(spec, options),
            Ports = [new V1ServicePort { Name = "mysql", Port = NetworkManifests.DatabasePort, TargetPort = NetworkManifests.DatabasePort, Protocol = "TCP" }],
        },
    };

    /// <param name="spec">The unit.</param>
    /// <param name="hasData">True when the database has held data: a server that then finds an empty volume does not make a new database of it.</param>
    /// <param name="options">The installation's options.</param>
    public static V1StatefulSet Server(UnitSpec spec, bool hasData, KubernetesOptions options)
    {
        var (names, database) = (Names.Of(spec.Unit, options), options.Database);
        return new V1StatefulSet
        {
            ApiVersion = "apps/v1",
            Kind = "StatefulSet",
            Metadata = Marks.Metadata(spec.Unit, names.Database, Marks.DatabaseServer, options),
            Spec = new V1StatefulSetSpec
            {
                Replicas = 1,
                ServiceName = names.Database,
                Selector = new V1LabelSelector { MatchLabels = Pods(spec, options) },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta
                    {
                        Labels = Marks.Labels(spec.Unit.TenantId, Marks.DatabaseServer, options),
                        Annotations = new Dictionary<string, string> { [Marks.TenantId] = spec.Unit.TenantId, [Marks.UnitName] = spec.Unit.Name },
                    },
                    Spec = new V1PodSpec
                    {
                        ServiceAccountName = names.Account,
                        AutomountServiceAccountToken = false,
                        EnableServiceLinks = false,
                        TerminationGracePeriodSeconds = Math.Max((long)Math.Ceiling(database.StopGracePeriod.TotalSeconds), 1),
                        RuntimeClassName = options.RuntimeClass,
                        PriorityClassName = options.PriorityClass,
                        SecurityContext = PodSecurity.Pod(database.RunAsUser),
                        Containers = [Container(spec, hasData, options)],
                        Volumes =
                        [
                            Scratch("tmp", options), Scratch("run", options), Credentials(names),
                        ],
                    },
                },
                VolumeClaimTemplates = [Template(spec, options)],
                PersistentVolumeClaimRetentionPolicy = new V1StatefulSetPersistentVolumeClaimRetentionPolicy { WhenDeleted = "Retain", WhenScaled = "Retain" },
            },
        };
    }

    /// <summary>Gives an app's pod the database: its address, its credentials, and the wait for it.</summary>
    public static void Attach(V1Pod pod, UnitSpec spec, KubernetesOptions options)
    {
        var names = Names.Of(spec.Unit, options);
        var app = pod.Spec.Containers[0];
        Set(app, "DB_HOST", names.Database);
        Set(app, "DB_PORT", NetworkManifests.DatabasePort.ToString(CultureInfo.InvariantCulture));
        Set(app, "DB_USER", User);
        Set(app, "DB_PASSWORD_FILE", $"/run/tenantkit-db/{Password}");
        app.VolumeMounts.Add(new V1VolumeMount { Name = "db", MountPath = "/run/tenantkit-db", ReadOnlyProperty = true });
        pod.Spec.Volumes.Add(new V1Volume
        {
            Name = "db",
            Secret = new V1SecretVolumeSource { SecretName = names.Database, DefaultMode = 0b100_100_000, Items = [new V1KeyToPath { Key = Password, Path = Password }] },
        });
        pod.Spec.InitContainers =
        [
            new V1Container
            {
                Name = "wait-for-database",
                Image = options.Database.Image,
                ImagePullPolicy = "IfNotPresent",
                Command = ["/bin/sh", "-c", $"until mariadb-admin --host={names.Database} --user={User} --password=\"$(cat /run/tenantkit-db/{Password})\" --connect-timeout=2 ping >/dev/null 2>&1; do sleep 0.2; done"],
                Resources = Sizes.Of(Math.Min(spec.Resources.CpuMillicores, 100), Math.Min(spec.Resources.MemoryBytes, 64L << 20), options),
                SecurityContext = PodSecurity.Container(),
                VolumeMounts = [new V1VolumeMount { Name = "db", MountPath = "/run/tenantkit-db", ReadOnlyProperty = true }],
            },
        ];
    }

    private static V1PersistentVolumeClaim Template(UnitSpec spec, KubernetesOptions options)
    {
        var volume = Volume(spec, options);
        (volume.Metadata.Name, volume.Metadata.NamespaceProperty) = (Data, null);
        return volume;
    }

    /// <summary>What the image's entry point makes a new database from; without it, it makes none.</summary>
    private static List<V1EnvVar> Beginnings(UnitSpec spec) =>
    [
        new V1EnvVar { Name = "MARIADB_DATABASE", Value = spec.Environment.TryGetValue("DB_NAME", out var name) ? name : "app" },
        new V1EnvVar { Name = "MARIADB_USER", Value = User },
        new V1EnvVar { Name = "MARIADB_PASSWORD_FILE", Value = $"/run/tenantkit-db/{Password}" },
        new V1EnvVar { Name = "MARIADB_ROOT_PASSWORD_FILE", Value = $"/run/tenantkit-db/{RootPassword}" },
    ];

    private static V1Container Container(UnitSpec spec, bool hasData, KubernetesOptions options) => new()
    {
        Name = "database",
        Image = options.Database.Image,
        ImagePullPolicy = "IfNotPresent",
        Env = hasData ? null : Beginnings(spec),
        Ports = [new V1ContainerPort { Name = "mysql", ContainerPort = NetworkManifests.DatabasePort, Protocol = "TCP" }],
        ReadinessProbe = Readiness,
        StartupProbe = StartupProbe.Before(Readiness),
        Resources = Sizes.Of(options.Database.CpuMillicores, options.Database.MemoryBytes, options),
        SecurityContext = PodSecurity.Container(),
        TerminationMessagePolicy = "FallbackToLogsOnError",
        VolumeMounts =
        [
            new V1VolumeMount { Name = Data, MountPath = "/var/lib/mysql" }, new V1VolumeMount { Name = "tmp", MountPath = "/tmp" },
            new V1VolumeMount { Name = "run", MountPath = "/run/mysqld" }, new V1VolumeMount { Name = "db", MountPath = "/run/tenantkit-db", ReadOnlyProperty = true },
        ],
    };

    private static void Set(V1Container container, string name, string value)
    {
        if (!container.Env.Any(variable => variable.Name == name))
        {
            container.Env.Add(new V1EnvVar { Name = name, Value = value });
        }
    }

    private static Dictionary<string, string> Pods(UnitSpec spec, KubernetesOptions options) => new(StringComparer.Ordinal)
    {
        [Marks.Installation] = options.Installation, [Marks.Tenant] = Names.Safe(spec.Unit.TenantId), [Marks.Component] = Marks.DatabaseServer,
    };

    private static V1Volume Scratch(string name, KubernetesOptions options) =>
        new() { Name = name, EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = Sizes.Bytes(options.TemporaryBytes) } };

    private static V1Volume Credentials(Names names) =>
        new() { Name = "db", Secret = new V1SecretVolumeSource { SecretName = names.Database, DefaultMode = 0b100_100_000 } };
}
