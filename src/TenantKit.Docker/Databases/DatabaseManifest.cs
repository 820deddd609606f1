using Docker.DotNet.Models;
using TenantKit.Docker.Engine;
using TenantKit.Orchestration;

namespace TenantKit.Docker.Databases;

/// <summary>The container of a unit's database, as hard as the app's.</summary>
internal static class DatabaseManifest
{
    /// <summary>The volume's place; the folder for the database's files is a part of it, so that secrets lie beside and not among them.</summary>
    public const string Volume = "/var/lib/tenantkit-database";

    public static CreateContainerParameters Of(DockerOptions options, UnitSpec spec, InstancePlan plan)
    {
        var database = options.Database;
        var manifest = ContainerManifests.Hardened(options, spec, plan);
        manifest.Name = UnitNames.Database(spec.Unit.Name);
        manifest.User = database.User;
        manifest.Hostname = UnitPaths.DatabaseHost;
        manifest.Labels = ContainerManifests.Labels(spec, plan, UnitLabels.DatabaseRole);
        manifest.Env =
        [
            $"{database.VariablePrefix}_DATABASE={Name(spec)}",
            $"{database.VariablePrefix}_USER={UnitPaths.DatabaseUser}",
            $"{database.VariablePrefix}_PASSWORD_FILE={Volume}/run/app-password",
            $"{database.VariablePrefix}_ROOT_PASSWORD_FILE={Volume}/run/root-password",
            $"{database.VariablePrefix}_ROOT_HOST=localhost",
        ];
        manifest.Cmd = [$"--datadir={Volume}/data"];
        var host = manifest.HostConfig!;
        host.Memory = host.MemorySwap = database.MemoryBytes;
        host.NanoCPUs = database.CpuMillicores * 1_000_000L;
        host.PidsLimit = 512;
        host.OomScoreAdj = 400;
        host.Ulimits = [new Ulimit { Name = "nofile", Soft = 16_384, Hard = 16_384 }, new Ulimit { Name = "core", Soft = 0, Hard = 0 }];
        host.Tmpfs = new Dictionary<string, string>(host.Tmpfs!) { ["/run/mysqld"] = Memory(database.User) };
        host.Mounts = [new Mount { Type = "volume", Source = UnitNames.DatabaseVolume(spec.Unit.Name), Target = Volume }];
        manifest.NetworkingConfig = new NetworkingConfig
        {
            EndpointsConfig = new Dictionary<string, EndpointSettings>
            {
                [UnitNames.Network(spec.Unit.Name)] = new EndpointSettings { Aliases = [UnitPaths.DatabaseHost] },
            },
        };
        return manifest;
    }

    public static string Name(UnitSpec spec) => spec.Environment.TryGetValue("DB_NAME", out var name) ? name : "app";

    private static string Memory(string user)
    {
        var parts = user.Split(':');
        return $"rw,noexec,nosuid,nodev,size=8m,mode=0755,uid={parts[0]},gid={parts[^1]}";
    }
}
