using System.Globalization;
using Docker.DotNet.Models;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Engine;

/// <summary>What the engine is asked to make: pure functions of the specification. The hardening of every container is here and nowhere else.</summary>
internal static class ContainerManifests
{
    private const int ClockPeriodsPerMillicore = 1_000_000;

    public static CreateContainerParameters App(DockerOptions options, UnitSpec spec, InstancePlan plan)
    {
        var manifest = Hardened(options, spec, plan);
        manifest.Name = UnitNames.Instance(spec.Unit.Name, plan.Slot);
        manifest.Labels = Labels(spec, plan, UnitLabels.AppRole);
        manifest.Labels[UnitLabels.Instance] = plan.InstanceId;
        manifest.Labels[UnitLabels.Port] = spec.Port.ToString(CultureInfo.InvariantCulture);
        manifest.Env = InstanceVariables.Of(options, spec, plan.InstanceId, UnitPaths.Key(plan.Slot), plan.HostAddress);
        Command(manifest, spec.Command);
        if (options.Reach == DockerReach.Published)
        {
            var port = spec.Port.ToString(CultureInfo.InvariantCulture) + "/tcp";
            manifest.ExposedPorts = new Dictionary<string, EmptyStruct> { [port] = default };
            manifest.HostConfig!.PortBindings = new Dictionary<string, IList<PortBinding>> { [port] = [new PortBinding { HostIP = "127.0.0.1", HostPort = "" }] };
        }

        return manifest;
    }

    public static CreateContainerParameters OneOff(DockerOptions options, UnitSpec spec, InstancePlan plan, IReadOnlyList<string> command)
    {
        var manifest = Hardened(options, spec, plan);
        manifest.Name = UnitNames.Command(spec.Unit.Name, plan.Operation);
        manifest.Labels = Labels(spec, plan, UnitLabels.CommandRole);
        manifest.Env = InstanceVariables.Of(options, spec, plan.InstanceId, keyFile: null, plan.HostAddress);
        Command(manifest, command);
        return manifest;
    }

    public static CreateContainerParameters Hardened(DockerOptions options, UnitSpec spec, InstancePlan plan) => new()
    {
        Image = plan.Image.Id,
        User = plan.Image.User,
        Hostname = "tenant",
        HostConfig = new HostConfig
        {
            NetworkMode = UnitNames.Network(spec.Unit.Name),
            Init = plan.HasInit ? true : null,
            Runtime = options.Runtime,
            CapDrop = ["ALL"],
            SecurityOpt = ["no-new-privileges:true"],
            Privileged = false,
            ReadonlyRootfs = true,
            IpcMode = "private",
            PidsLimit = options.PidsLimit,
            Memory = spec.Resources.MemoryBytes,
            MemorySwap = spec.Resources.MemoryBytes,
            NanoCPUs = (long)spec.Resources.CpuMillicores * ClockPeriodsPerMillicore,
            OomScoreAdj = 500,
            Ulimits = [new Ulimit { Name = "nofile", Soft = 4096, Hard = 4096 }, new Ulimit { Name = "core", Soft = 0, Hard = 0 }],
            Tmpfs = new Dictionary<string, string> { ["/tmp"] = FormattableString.Invariant($"rw,noexec,nosuid,nodev,size={options.TemporaryBytes}") },
            // The control loop owns restarts: an engine that restarts must not bring a deleted tenant back.
            RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
            Mounts = [new Mount { Type = "volume", Source = UnitNames.Volume(spec.Unit.Name), Target = UnitPaths.Volume }],
            LogConfig = new LogConfig
            {
                Type = "json-file",
                Config = new Dictionary<string, string> { ["max-size"] = options.MaxLogBytes.ToString(CultureInfo.InvariantCulture), ["max-file"] = "3" },
            },
        },
    };

    public static Dictionary<string, string> Labels(UnitSpec spec, InstancePlan plan, string role) => new(UnitMarks.Of(plan.Installation, spec.Unit), StringComparer.Ordinal)
    {
        [UnitLabels.TenantName] = spec.TenantName,
        [UnitLabels.Role] = role,
        [UnitLabels.Epoch] = Number(spec.RestartEpoch),
        [UnitLabels.Generation] = Number(spec.Generation),
        [UnitLabels.Settings] = SettingsLabel.Of(spec),
        [UnitLabels.Token] = Number(spec.FencingToken),
        [UnitLabels.Operation] = plan.Operation,
    };

    /// <summary>A template's command stands for the image's whole one, entry point included.</summary>
    private static void Command(CreateContainerParameters manifest, IReadOnlyList<string> command)
    {
        if (command.Count > 0)
        {
            manifest.Entrypoint = [command[0]];
            manifest.Cmd = [.. command.Skip(1)];
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
