using k8s.Models;
using TenantKit.Control;
using TenantKit.Orchestration;
using TenantKit.Templates;

namespace TenantKit.Kubernetes.Manifests;

/// <summary>The pod of one instance. An instance lives once: its pod is never restarted, but replaced when the control loop says so.</summary>
internal static class PodManifest
{
    public const string Container = "app";
    private const string KeyFolder = "/run/tenantkit";
    private const string KeyName = "key";

    public static V1Pod Instance(UnitSpec spec, string instanceId, KubernetesOptions options)
    {
        var names = Names.Of(spec.Unit, options);
        var metadata = Marks.Metadata(spec.Unit, names.Pod(instanceId), Marks.App, options);
        metadata.Annotations[Marks.InstanceId] = instanceId;
        metadata.Annotations[Marks.Epoch] = Marks.Number(spec.RestartEpoch);
        metadata.Annotations[Marks.Generation] = Marks.Number(spec.Generation);
        metadata.Annotations[Marks.Token] = Marks.Number(spec.FencingToken);
        metadata.Annotations[Marks.Fingerprint] = Fingerprint.Of(spec);
        metadata.Annotations[Marks.TenantName] = spec.TenantName;
        var environment = new SortedDictionary<string, string>(new Dictionary<string, string>(spec.Environment), StringComparer.Ordinal)
        {
            [WireProtocol.InstanceIdVariable] = instanceId,
            [WireProtocol.KeyFileVariable] = $"{KeyFolder}/{KeyName}",
            [WireProtocol.PortVariable] = Marks.Number(spec.Port),
            ["ASPNETCORE_URLS"] = $"http://+:{spec.Port}",
        };
        var pod = Bare(spec, metadata, spec.Command, environment, options);
        var app = pod.Spec.Containers[0];
        app.Ports = [new V1ContainerPort { Name = "http", ContainerPort = spec.Port, Protocol = "TCP" }];
        app.ReadinessProbe = Probe(spec);
        app.StartupProbe = app.ReadinessProbe is { } ready ? StartupProbe.Before(ready) : null;
        if (options.StopDelay > TimeSpan.Zero)
        {
            app.Lifecycle = new V1Lifecycle { PreStop = new V1LifecycleHandler { Sleep = new V1SleepAction { Seconds = (long)Math.Ceiling(options.StopDelay.TotalSeconds) } } };
        }

        app.VolumeMounts.Add(new V1VolumeMount { Name = KeyName, MountPath = KeyFolder, ReadOnlyProperty = true });
        pod.Spec.Volumes.Add(new V1Volume { Name = KeyName, Secret = new V1SecretVolumeSource { SecretName = Names.Key(metadata.Name), DefaultMode = 0b100_100_000 } });
        AttachDatabase(pod, spec, options);

        Place(pod, spec, options);
        return pod;
    }

    /// <summary>A pod that runs a command once, with the data of the unit.</summary>
    public static V1Pod OneOff(UnitSpec spec, string id, IReadOnlyList<string> command, KubernetesOptions options)
    {
        var metadata = Marks.Metadata(spec.Unit, Names.Of(spec.Unit, options)["run-" + id], Marks.Command, options);
        metadata.Annotations[Marks.Token] = Marks.Number(spec.FencingToken);
        var pod = Bare(spec, metadata, command, new SortedDictionary<string, string>(new Dictionary<string, string>(spec.Environment), StringComparer.Ordinal), options);
        AttachDatabase(pod, spec, options);

        pod.Spec.ActiveDeadlineSeconds = 3600;
        Place(pod, spec, options);
        return pod;
    }

    /// <summary>The key of an instance; it goes with its pod.</summary>
    public static V1Secret Key(UnitSpec spec, V1Pod pod, byte[] key, KubernetesOptions options)
    {
        var metadata = Marks.Metadata(spec.Unit, Names.Key(pod.Metadata.Name), Marks.App, options);
        metadata.OwnerReferences = [new V1OwnerReference { ApiVersion = "v1", Kind = "Pod", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid }];
        return new V1Secret
        {
            ApiVersion = "v1",
            Kind = "Secret",
            Metadata = metadata,
            Immutable = true,
            Type = "Opaque",
            StringData = new Dictionary<string, string> { [KeyName] = Convert.ToHexStringLower(key) },
        };
    }

    /// <summary>What a resize in place sends: the sizes of the app alone.</summary>
    public static object Resize(UnitSpec spec, KubernetesOptions options) => new Dictionary<string, object>
    {
        ["spec"] = new Dictionary<string, object>
        {
            ["containers"] = new object[] { new Dictionary<string, object> { ["name"] = Container, ["resources"] = Sizes.Of(spec.Resources, options) } },
        },
    };

    private static void AttachDatabase(V1Pod pod, UnitSpec spec, KubernetesOptions options)
    {
        switch (spec.Database)
        {
            case DatabaseMode.Dedicated:
                DatabaseManifests.Attach(pod, spec, options);
                break;
            case DatabaseMode.Shared:
                SharedDatabaseManifests.Attach(pod, spec, options);
                break;
        }
    }

    private static V1Pod Bare(UnitSpec spec, V1ObjectMeta metadata, IReadOnlyList<string> command, SortedDictionary<string, string> environment, KubernetesOptions options)
    {
        environment[WireProtocol.TenantIdVariable] = spec.Unit.TenantId;
        environment[WireProtocol.TenantNameVariable] = spec.TenantName;
        environment[WireProtocol.DataDirectoryVariable] = options.DataPath;
        return new V1Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = metadata,
            Spec = new V1PodSpec
            {
                ServiceAccountName = Names.Of(spec.Unit, options).Account,
                AutomountServiceAccountToken = false,
                EnableServiceLinks = false,
                RestartPolicy = "Never",
                TerminationGracePeriodSeconds = Math.Max((long)Math.Ceiling((spec.StopGracePeriod + options.StopDelay).TotalSeconds), 1),
                RuntimeClassName = options.RuntimeClass,
                PriorityClassName = options.PriorityClass,
                ImagePullSecrets = options.ImagePullSecrets.Count == 0 ? null : [.. options.ImagePullSecrets.Select(static name => new V1LocalObjectReference { Name = name })],
                SecurityContext = PodSecurity.Pod(options.RunAsUser),
                Containers =
                [
                    new V1Container
                    {
                        Name = Container,
                        Image = spec.Image,
                        ImagePullPolicy = "IfNotPresent",
                        Command = command.Count == 0 ? null : [.. command],
                        WorkingDir = command.Count == 0 ? null : options.DataPath,
                        Env = [.. environment.Select(static pair => new V1EnvVar { Name = pair.Key, Value = Escape(pair.Value) })],
                        Resources = Sizes.Of(spec.Resources, options),
                        SecurityContext = PodSecurity.Container(),
                        VolumeMounts = [new V1VolumeMount { Name = "data", MountPath = options.DataPath }, new V1VolumeMount { Name = "tmp", MountPath = "/tmp" }],
                    },
                ],
                Volumes =
                [
                    new V1Volume { Name = "data", PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = Names.Of(spec.Unit, options).Volume } },
                    new V1Volume { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource { SizeLimit = Sizes.Bytes(options.TemporaryBytes) } },
                ],
            },
        };
    }

    /// <summary>The cluster would expand <c>$(NAME)</c>; the value is meant as it is written.</summary>
    private static string Escape(string value) => value.Replace("$(", "$$(", StringComparison.Ordinal);

    private static V1Probe? Probe(UnitSpec spec)
    {
        if (spec.Probe is not { } probe)
        {
            return null;
        }

        var isTcp = probe.Kind == ProbeKind.Tcp;
        return new V1Probe
        {
            TcpSocket = isTcp ? new V1TCPSocketAction { Port = spec.Port } : null,
            HttpGet = isTcp ? null : new V1HTTPGetAction { Path = probe.Path, Port = spec.Port },
            PeriodSeconds = Seconds(probe.Interval),
            TimeoutSeconds = Seconds(probe.Timeout),
            FailureThreshold = Math.Max(probe.FailureThreshold, 1),
        };
    }

    private static int Seconds(TimeSpan time) => Math.Max((int)Math.Ceiling(time.TotalSeconds), 1);

    /// <summary>Copies that share a volume of one node go to that node; others spread.</summary>
    private static void Place(V1Pod pod, UnitSpec spec, KubernetesOptions options)
    {
        var copies = new V1LabelSelector { MatchLabels = VolumeManifest.AppPods(spec.Unit, options) };
        if (options.VolumeAccessMode == "ReadWriteMany")
        {
            pod.Spec.TopologySpreadConstraints =
            [
                .. ((string[])["topology.kubernetes.io/zone", "kubernetes.io/hostname"]).Select(key => new V1TopologySpreadConstraint
                {
                    MaxSkew = 1, TopologyKey = key, WhenUnsatisfiable = "ScheduleAnyway", LabelSelector = copies,
                }),
            ];
        }
        else if (options.VolumeAccessMode == "ReadWriteOnce")
        {
            pod.Spec.Affinity = new V1Affinity
            {
                PodAffinity = new V1PodAffinity
                {
                    PreferredDuringSchedulingIgnoredDuringExecution =
                    [
                        new V1WeightedPodAffinityTerm { Weight = 100, PodAffinityTerm = new V1PodAffinityTerm { TopologyKey = "kubernetes.io/hostname", LabelSelector = copies } },
                    ],
                },
            };
        }
    }
}
