using System.Globalization;
using Docker.DotNet.Models;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Swarm;

/// <summary>What the swarm is asked to make: pure functions of the specification, as hard as the containers of <see cref="ContainerManifests"/>.</summary>
internal static class ServiceManifests
{
    private const uint ReadableByOwner = 0x100; // 0400
    private const uint ReadableByAll = 0x124; // 0444

    /// <summary>The service of one instance: one task, which the swarm does not start again.</summary>
    public static ServiceCreateParameters App(DockerOptions options, UnitSpec spec, InstancePlan plan, string? node, string secretId)
    {
        var hardened = ContainerManifests.Hardened(options, spec, plan);
        var labels = ContainerManifests.Labels(spec, plan, UnitLabels.AppRole);
        labels[UnitLabels.Settings] = Settings(spec);
        labels[UnitLabels.Instance] = plan.InstanceId;
        labels[UnitLabels.Port] = spec.Port.ToString(CultureInfo.InvariantCulture);
        var container = new ContainerSpec
        {
            Image = ImageOf(spec, plan.Image, isPinned: node is not null),
            User = plan.Image.User,
            Hostname = hardened.Hostname,
            Labels = labels,
            Env = InstanceVariables.Of(options, spec, plan.InstanceId, UnitPaths.SecretKey, plan.HostAddress),
            Init = plan.HasInit ? true : null,
            ReadOnly = true,
            CapabilityDrop = hardened.HostConfig!.CapDrop,
            Privileges = new Privileges { NoNewPrivileges = true },
            Ulimits = hardened.HostConfig.Ulimits,
            OomScoreAdj = hardened.HostConfig.OomScoreAdj,
            StopGracePeriod = spec.StopGracePeriod,
            Mounts = [Volume(options, spec, plan), new Mount { Type = "tmpfs", Target = "/tmp", TmpfsOptions = new TmpfsOptions { SizeBytes = options.TemporaryBytes } }],
            Secrets = [Secret(plan, secretId)],
        };
        if (spec.Command.Count > 0)
        {
            container.Command = [spec.Command[0]];
            container.Args = [.. spec.Command.Skip(1)];
        }

        return new ServiceCreateParameters
        {
            Service = new ServiceSpec
            {
                Name = UnitNames.Service(spec.Unit.Name, plan.Slot),
                Labels = labels,
                Mode = new ServiceMode { Replicated = new ReplicatedService { Replicas = 1 } },
                EndpointSpec = new EndpointSpec { Mode = "dnsrr", Ports = Ports(options, spec) },
                TaskTemplate = new TaskSpec
                {
                    ContainerSpec = container,
                    // The control loop owns restarts: a swarm that comes back must not bring a deleted tenant back.
                    RestartPolicy = new SwarmRestartPolicy { Condition = "none", MaxAttempts = 0 },
                    Resources = new ResourceRequirements
                    {
                        Limits = new SwarmLimit { MemoryBytes = hardened.HostConfig.Memory, NanoCPUs = hardened.HostConfig.NanoCPUs, Pids = options.PidsLimit },
                    },
                    Placement = new Placement { Constraints = Constraints(options, node) },
                    Networks = [new NetworkAttachmentConfig { Target = UnitNames.Network(spec.Unit.Name) }],
                    LogDriver = new SwarmDriver { Name = hardened.HostConfig.LogConfig.Type, Options = hardened.HostConfig.LogConfig.Config },
                },
            },
        };
    }

    public static NetworksCreateParameters Network(DockerOptions options, string name, Dictionary<string, string> labels) => new()
    {
        Name = name,
        Driver = "overlay",
        // Tasks of a network without a way out are not on the bridge to their machine either.
        Internal = options.Reach == DockerReach.Network && !options.AllowEgress,
        Attachable = true,
        Labels = labels,
    };

    /// <summary>A swarm changes no size of what runs: it is one of the settings.</summary>
    public static string Settings(UnitSpec spec) => SettingsFingerprint.Of(spec);

    private static Mount Volume(DockerOptions options, UnitSpec spec, InstancePlan plan) => new()
    {
        Type = "volume",
        Source = UnitNames.Volume(spec.Unit.Name),
        Target = UnitPaths.Volume,
        // On another node it is made as it was here.
        VolumeOptions = new global::Docker.DotNet.Models.VolumeOptions
        {
            Labels = UnitMarks.Of(plan.Installation, spec.Unit),
            DriverConfig = new Driver { Name = options.VolumeDriver, Options = UnitVolumes.DriverOptions(options, spec) },
        },
    };

    private static SecretReference Secret(InstancePlan plan, string id)
    {
        var owner = plan.Image.User.Split(':');
        var isNamed = plan.Image.HasNamedUser;
        return new SecretReference
        {
            SecretID = id,
            SecretName = UnitNames.Secret(plan.InstanceId),
            File = new SecretReferenceFileTarget
            {
                Name = UnitPaths.SecretKey,
                UID = isNamed ? "0" : owner[0],
                GID = isNamed ? "0" : owner[^1],
                Mode = isNamed ? ReadableByAll : ReadableByOwner,
            },
        };
    }

    /// <summary>On one node the content that was found there; on many the registry's, which all of them can fetch.</summary>
    private static string ImageOf(UnitSpec spec, ResolvedImage image, bool isPinned)
    {
        if (isPinned || image.Digest == image.Id)
        {
            return image.Id;
        }

        var name = spec.Image.Split('@')[0];
        var tag = name.LastIndexOf(':');
        return $"{(tag > name.LastIndexOf('/') ? name[..tag] : name)}@{image.Digest}";
    }

    private static List<string> Constraints(DockerOptions options, string? node) =>
        node is null ? [.. options.Swarm.Constraints] : [$"node.id=={node}", .. options.Swarm.Constraints];

    private static List<PortConfig> Ports(DockerOptions options, UnitSpec spec) => options.Reach == DockerReach.Published
        ? [new PortConfig { Protocol = "tcp", TargetPort = (uint)spec.Port, PublishMode = "host" }]
        : [];
}
